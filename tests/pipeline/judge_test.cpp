#include "pipeline/judge.hpp"

#include <doctest/doctest.h>

#include "pipeline/prove.hpp"

using namespace touchstone;

namespace {

OpenedTask two_calls() {
  OpenedTask opened;
  opened.calls = {
      {0, "softmax", "odd rows", "check"}, {1, "softmax", "odd rows", "redrawn"}, {2, "softmax", "big", "bench"}};
  return opened;
}

CallVerdict verdict(int index, const char* outcome, const char* reason = "") {
  return {index, outcome, reason, {}, false, 1};
}

}  // namespace

TEST_CASE("the worst call wins and says where") {
  const Verdict worst = worst_of({verdict(0, "passed"), verdict(1, "wrong_value", "off by 1")}, two_calls(), "strict");
  CHECK(worst.outcome == "wrong_value");
  CHECK(worst.phase == "compare");
  CHECK(worst.reason == "softmax (odd rows): off by 1");
  CHECK(worst.details["failed"].integer() == 1);
  CHECK(worst_of({verdict(0, "wrong_value"), verdict(1, "crash")}, two_calls(), "strict").phase == "call");
}

TEST_CASE("all passed is passed; none at all is ours") {
  CHECK(worst_of({verdict(0, "passed"), verdict(1, "passed")}, two_calls(), "strict").outcome == "passed");
  CHECK(worst_of({verdict(0, "passed"), verdict(1, "passed")}, two_calls(), "strict").reason ==
        "all 2 calls within the bound");
  CHECK(worst_of({verdict(0, "passed")}, two_calls(), "strict").reason == "its only call is within the bound");
  CHECK(worst_of({}, two_calls(), "strict").outcome == "infrastructure");
}

TEST_CASE("a failure of ours or a call that cannot be judged counts only where nothing worse was established") {
  CHECK(worst_of({verdict(0, "passed"), verdict(1, "infrastructure")}, two_calls(), "strict").outcome ==
        "infrastructure");
  CHECK(worst_of({verdict(0, "not_judged"), verdict(1, "passed")}, two_calls(), "strict").outcome == "not_judged");
  CHECK(worst_of({verdict(0, "wrong_shape"), verdict(1, "infrastructure")}, two_calls(), "strict").outcome ==
        "wrong_shape");
}

TEST_CASE("launches that differ only in grid are compiled once") {
  const auto launch = [](const char* type, int grid) {
    Launch out;
    out.kernel = "k";
    out.arguments.set("signature", Value().set("x", type)).set("grid", Value().add(grid));
    return out;
  };
  const auto merged = distinct({launch("*fp32", 1), launch("*fp32", 7), launch("*fp16", 1)});
  REQUIRE(merged.size() == 2);
  CHECK(merged[0].count == 2);
}

TEST_CASE("a launch is its own only when every target's result says so") {
  Execution execution;
  execution.launches.resize(2);
  execution.launches[0].kernel = "mine";
  execution.launches[1].kernel = "other";
  Value results;
  results.add(Value().set("kernel", "mine").set("own", true)).add(Value().set("kernel", "mine").set("own", true));
  results.add(Value().set("kernel", "other").set("own", false));
  note_proof(execution, results);
  CHECK(execution.launches[0].own);
  CHECK_FALSE(execution.launches[1].own);
}
