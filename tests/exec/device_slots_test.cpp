#include "exec/device_slots.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace touchstone;

TEST_CASE("many share a device, one has it alone, other devices are free") {
  DeviceSlots slots;
  std::stop_source stopped;
  stopped.request_stop();  // "would wait" becomes an error at once
  {
    const auto a = slots.share("cpu"), b = slots.share("cpu");
    CHECK(a.ok());
    CHECK(b.ok());
    const auto alone = slots.alone("cpu", stopped.get_token());
    REQUIRE_FALSE(alone.ok());
    CHECK(alone.error().code == ErrorCode::cancelled);
    CHECK(slots.alone("cuda:0").ok());
  }
  const auto alone = slots.alone("cpu");
  CHECK(alone.ok());
  CHECK_FALSE(slots.share("cpu", stopped.get_token()).ok());
  CHECK_FALSE(slots.alone("cpu", stopped.get_token()).ok());
}

TEST_CASE("one who waits to be alone is not overtaken, and one who gives up lets the others on") {
  DeviceSlots slots;
  std::stop_source stop, now;
  now.request_stop();
  auto sharer = slots.share("cpu");
  std::thread waits([&] { CHECK_FALSE(slots.alone("cpu", stop.get_token()).ok()); });
  while (slots.share("cpu", now.get_token()).ok()) std::this_thread::yield();  // until it waits
  std::thread later([&] { CHECK(slots.share("cpu").ok()); });
  stop.request_stop();
  waits.join();
  later.join();
}

TEST_CASE("alone means alone") {
  DeviceSlots slots;
  std::atomic<int> inside{0};
  std::atomic<bool> broken{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 200; ++round) {
        if (i == 0) {
          const auto hold = slots.alone("cpu");
          if (inside.load() != 0) broken = true;
        } else {
          const auto hold = slots.share("cpu");
          ++inside;
          std::this_thread::yield();
          --inside;
        }
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(broken.load());
}

TEST_CASE("a device that is withdrawn refuses who waits and who comes, with the reason, and lets its holders go") {
  DeviceSlots slots;
  auto sharer = slots.share("npu:0");
  std::stop_source now;
  now.request_stop();
  std::thread waits([&] {
    const auto alone = slots.alone("npu:0");
    REQUIRE_FALSE(alone.ok());
    CHECK(alone.error().code == ErrorCode::unavailable);
    CHECK(alone.error().what == "it melted");
  });
  while (slots.share("npu:0", now.get_token()).ok()) std::this_thread::yield();  // until it waits
  slots.withdraw("npu:0", "it melted");
  slots.withdraw("npu:0", "again");
  waits.join();
  CHECK(slots.share("npu:0").error().what == "it melted");
  CHECK(slots.share("npu:1").ok());
  sharer = slots.share("npu:1");
}
