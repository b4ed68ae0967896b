#include <doctest/doctest.h>

#include "support/fake_host.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

std::vector<Measurement> measured(std::vector<Attempt> attempts) {
  static const Task task{};
  FakeHost host;
  const auto metric =
      static_cast<const PluginDescriptor<Metric>*>(touchstone_plugin.descriptor)->create(Config{}, host);
  const Sample sample{task, "operators", "simple", "model", 0, std::move(attempts)};
  return (*metric.value()->measure(sample));
}

Attempt attempt(std::vector<Verdict> verdicts) {
  Attempt out;
  out.verdicts = std::move(verdicts);
  return out;
}

std::string shares(std::string_view outcome) {
  std::string out;
  for (const Measurement& it : measured({attempt({{"strict", std::string(outcome), {}, {}, {}}})}))
    out += it.value == 1 ? '1' : '0';
  return out;
}

}  // namespace

TEST_CASE("each outcome counts as the design says") {
  CHECK(shares("passed") == "111");
  CHECK(shares("not_triton") == "110");
  for (const char* outcome : {"wrong_value", "wrong_dtype", "wrong_shape", "wrong_structure", "mutated_input"})
    CHECK(shares(outcome) == "100");
  for (const char* outcome : {"call_error", "load_error", "no_entry", "no_code", "timeout", "device_error", "crash",
                              "resource", "generation_error", "policy_violation"})
    CHECK(shares(outcome) == "000");
  for (const char* outcome : {"not_judged", "infrastructure"}) CHECK(shares(outcome).empty());
}

TEST_CASE("a task whose inputs cannot be redrawn is outside strict scores") {
  const Value tagged = Value().set("tags", Value().add("metadata").add("fixed inputs"));
  CHECK(measured({attempt({{"strict", "passed", {}, {}, tagged}})}).empty());
}

TEST_CASE("a task that computes nothing says nothing about kernels") {
  const auto rows = measured({attempt({{"strict", "passed", {}, {}, Value().set("tags", Value().add("metadata"))}})});
  REQUIRE(rows.size() == 2);
  CHECK(rows.back().tag == "execution accuracy");
}

TEST_CASE("the last attempt counts, once a judge") {
  const auto rows = measured({attempt({{"strict", "crash", {}, {}, {}}}),
                              attempt({{"strict", "passed", {}, {}, {}}, {"paper", "wrong_value", {}, {}, {}}})});
  REQUIRE(rows.size() == 6);
  CHECK(rows[1].tag == "execution accuracy");
  CHECK(rows[1].labels["judge"].text() == "strict");
  CHECK(rows[1].value == 1);
  CHECK(rows[4].labels["judge"].text() == "paper");
  CHECK(rows[4].value == 0);
  CHECK(rows[5].tag == "execution accuracy of called");
  CHECK(measured({}).empty());
}
