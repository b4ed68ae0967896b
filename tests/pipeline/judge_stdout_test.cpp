#include "pipeline/judge_stdout.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "pipeline/golden_outputs.hpp"

using namespace touchstone;

TEST_CASE("standard output is compared as a program reads it in text mode") {
  CHECK(as_text("a\r\nb\rc\n") == "a\nb\nc\n");
  CHECK(as_text("\r") == "\n");
  CHECK(as_text("") == "");
  CHECK(as_text("µ\n") == "µ\n");
  CHECK_FALSE(as_text("\xff"));
  CHECK_FALSE(as_text("half a character: \xc2"));
}

TEST_CASE("a golden's program runs once, whoever asks, unless that failed by our own fault") {
  GoldenOutputs outputs;
  int runs = 0;
  const auto run = [&](const char* outcome) {
    return outputs.get("key", [&, outcome] { return ++runs, Ended{outcome, "call", "", "printed", false}; });
  };
  CHECK(run("infrastructure").outcome == "infrastructure");
  CHECK(run("").printed == "printed");
  CHECK(run("call_error").outcome.empty());
  CHECK(runs == 2);
  outputs.get("other", [&] { return ++runs, Ended{}; });
  CHECK(runs == 3);
}

TEST_CASE("who asks while a golden runs waits for it") {
  GoldenOutputs outputs;
  std::atomic<int> runs{0};
  std::vector<std::jthread> lanes;
  for (int i = 0; i < 4; ++i)
    lanes.emplace_back([&] {
      for (int k = 0; k < 50; ++k) outputs.get(std::to_string(k), [&] { return ++runs, Ended{}; });
    });
  lanes.clear();
  CHECK(runs == 50);
}
