#include <doctest/doctest.h>

#include <limits>

#include "support/fake_host.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

std::vector<Measurement> measured(const std::string& outcome, std::vector<Timing> timings) {
  static const Task task{};
  FakeHost host;
  const auto metric =
      static_cast<const PluginDescriptor<Metric>*>(touchstone_plugin.descriptor)->create(Config{}, host);
  CHECK(metric.value()->needs().timings);
  Attempt attempt;
  attempt.verdicts = {{"paper", "passed", {}, {}, {}}, {"strict", outcome, {}, {}, {}}};
  attempt.execution.timings = std::move(timings);
  return *metric.value()->measure({task, "operators", "simple", "model", 0, {attempt}});
}

const std::vector<Timing> two_cases{{"candidate", "a", "cold", "events", {3, 1, 2}},
                                    {"reference", "a", "cold", "events", {8, 8}, true},
                                    {"candidate", "b", "cold", "events", {4}},
                                    {"reference", "b", "cold", "events", {4}}};

}  // namespace

TEST_CASE("medians, ratios and the geometric mean over cases") {
  const auto rows = measured("passed", two_cases);
  REQUIRE(rows.size() == 7);
  CHECK(rows[0].tag == "candidate time");
  CHECK(rows[0].value == 2);
  CHECK(rows[0].n == 3);
  CHECK(rows[0].labels["bench case"].text() == "a");
  CHECK(rows[0].labels["clock"].text() == "events");
  CHECK(rows[0].labels["evidence"].text() == "claim");
  CHECK(rows[1].value == 8);
  CHECK(rows[2].tag == "case speed-up");
  CHECK(rows[2].value == 4);
  CHECK(rows[6].tag == "speed-up");
  CHECK(rows[6].value == doctest::Approx(2));
  CHECK(rows[6].n == 2);
  CHECK(rows[6].labels["bench case"].is_null());
}

TEST_CASE("only right candidates have a speed, and a library's is labelled") {
  for (const char* outcome : {"wrong_value", "crash", "not_judged", "infrastructure"})
    CHECK(measured(outcome, two_cases).empty());
  CHECK(measured("passed", two_cases)[6].labels["outcome"].is_null());
  CHECK(measured("not_triton", two_cases)[6].labels["outcome"].text() == "not_triton");
}

TEST_CASE("no ratio across clocks or modes, and no figure from readings that are none") {
  CHECK(
      measured("passed", {{"candidate", "a", "cold", "events", {1}}, {"reference", "a", "cold", "wall", {2}}}).size() ==
      1);
  CHECK(measured("passed", {{"candidate", "a", "cold", "events", {1}}, {"reference", "a", "warm", "events", {2}}})
            .size() == 1);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(measured("passed", {{"candidate", "a", "cold", "events", {0, -1, nan}}}).empty());
  CHECK(measured("passed", {{"candidate", "a", "cold", "events", {}}}).empty());
  CHECK(measured("passed", {}).empty());
}
