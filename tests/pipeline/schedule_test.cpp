#include "pipeline/schedule.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <vector>

using namespace touchstone;

namespace {

struct Item : Work {
  std::size_t index{0};
  std::vector<std::string> path;
};

struct Trace {
  std::mutex mutex;
  std::vector<std::size_t> published;
  std::atomic<int> inside{0}, most_inside{0}, publishing{0};
  std::atomic<bool> overlapped{false}, stop{false};
  std::set<std::size_t> lanes;
};

Stages traced(Trace& trace) {
  const auto note = [](Work& work, const char* stage) { static_cast<Item&>(work).path.emplace_back(stage); };
  Stages stages;
  stages.select = [&](std::size_t index) {
    const int inside = ++trace.inside;
    trace.most_inside = std::max(trace.most_inside.load(), inside);
    auto item = std::make_shared<Item>();
    item->index = index;
    return item;
  };
  stages.ask = [note](Work& work) { note(work, "ask"); };
  stages.extract = [note](Work& work) { note(work, "extract"); };
  stages.execute = [note, &trace](Work& work, std::size_t lane) {
    note(work, "execute");
    const std::lock_guard lock(trace.mutex);
    trace.lanes.insert(lane);
  };
  stages.measure = [note](Work& work) { note(work, "measure"); };
  stages.publish = [&trace](Work& work) {
    if (trace.publishing++ != 0) trace.overlapped = true;
    const Item& item = static_cast<Item&>(work);
    CHECK(item.path == std::vector<std::string>{"ask", "extract", "execute", "measure"});
    trace.published.push_back(item.index);
    if (trace.published.size() == 50) trace.stop = true;
    --trace.publishing;
    --trace.inside;
  };
  stages.affinity = [](const Work& work) { return std::to_string(static_cast<const Item&>(work).index % 3); };
  stages.cancelled = [] { return false; };
  return stages;
}

}  // namespace

TEST_CASE("every sample passes every stage once, in order, and publishing is one at a time") {
  Trace trace;
  run_schedule(500, traced(trace), {.asks = 3, .lanes = 4, .in_flight = 7});
  std::sort(trace.published.begin(), trace.published.end());
  REQUIRE(trace.published.size() == 500);
  for (std::size_t i = 0; i < 500; ++i) CHECK(trace.published[i] == i);
  CHECK_FALSE(trace.overlapped);
  CHECK(trace.most_inside <= 8);  // input_node holds one item beyond the limit
  for (std::size_t lane : trace.lanes) CHECK(lane < 4);
}

TEST_CASE("a cancelled run takes no new sample and lets those in flight end") {
  Trace trace;
  Stages stages = traced(trace);
  stages.cancelled = [&] { return trace.stop.load(); };
  run_schedule(100000, stages, {.asks = 2, .lanes = 2});
  CHECK(trace.published.size() >= 50);
  CHECK(trace.published.size() < 1000);
  CHECK(trace.inside == 0);
}

TEST_CASE("nothing to do is done at once") {
  Trace trace;
  run_schedule(0, traced(trace), {});
  CHECK(trace.published.empty());
}
