#include "pipeline/publish.hpp"

#include <doctest/doctest.h>

#include "util/json.hpp"

using namespace touchstone;

namespace {

Value texts(std::initializer_list<const char*> list) {
  Value out{Value::List{}};
  for (const char* text : list) out.add(text);
  return out;
}

Task task() {
  Task out;
  out.question.id = "softmax";
  out.question.entries = {"softmax"};
  out.question.facts.set("family", "reduction").set("difficulty", 2).set("tags", texts({"quickstart"}));
  return out;
}

Execution execution() {
  Execution out;
  out.calls = {{0, "softmax", "odd", "check", "returned", "", 0.25},
               {3, "softmax", "even", "redrawn", "timeout", "took too long", 1.5}};
  out.launches = {{"kernel", "abc", Value().set("grid", 7), 3, true, false}, {"other", "def", {}, 1, false, true}};
  out.timings = {{"candidate", "odd", "warm", "a clock", {0.5, 0.125}, true},
                 {"reference", "odd", "cold", "b", {}, false}};
  out.library = texts({"aten::add"});
  out.kernels = texts({"a device kernel"});
  out.races = texts({"two stores"});
  out.memory = texts({"written"});
  out.notes = texts({"odd"});
  out.proof = Value().set("sm_90", "compiled");
  out.device = Value().set("id", "cuda:1");
  out.usage = {2.5, 1.25, 4096};
  out.log = "printed";
  return out;
}

Attempt attempt() {
  Attempt out;
  out.completion = {"answer", "thought", "length", "cut off", Value().set("output", 12), Value().set("line", 3)};
  out.candidate = {"code", "the whole text", Value().set("parses", true)};
  out.execution = execution();
  out.verdicts = {{"strict", "wrong_value", "compare", "far off", Value().set("failed", 2)},
                  {"paper", "not_judged", "call", "no protocol", {}}};
  return out;
}

struct Kept {
  Task asked = task();
  NamedModel model{"example", nullptr};
  Sample sample{asked, "operators", "simple", "example", 2, {}};
  Value record(const Measured& measured = {}) const {
    const PlannedSample planned{"key", "asked", "hash", nullptr, sample.suite, &model, sample.prompt, sample.draw};
    const auto read = read_json(write_json(make_record(planned, sample, measured)), "record");
    REQUIRE(read.ok());
    return *read;
  }
};

}  // namespace

// Were a field lost in one of the directions, the second record would lack it; were it lost in both, the list of the
// fields below would.
TEST_CASE("a record gives back the sample that it was made of") {
  Kept kept;
  kept.sample.attempts = {attempt()};
  const Value record = kept.record();
  const Sample back = read_sample(record, kept.asked, texts_of(kept.sample));
  Kept again;
  again.sample.attempts = back.attempts;
  CHECK(write_json(again.record()) == write_json(record));
  CHECK(back.suite == "operators");
  CHECK(back.prompt == "simple");
  CHECK(back.model == "example");
  CHECK(back.draw == 2);
  REQUIRE(back.attempts.size() == 1);
  const Attempt &before = kept.sample.attempts.front(), &after = back.attempts.front();
  CHECK(after.completion.text == "answer");
  CHECK(after.completion.reasoning == "thought");
  CHECK(after.completion.finish == "length");
  CHECK(after.completion.detail == "cut off");
  CHECK(after.completion.usage == before.completion.usage);
  CHECK(after.completion.origin == before.completion.origin);
  CHECK(after.candidate.code == "code");
  CHECK(after.candidate.rule == before.candidate.rule);
  CHECK(after.candidate.findings == before.candidate.findings);
  REQUIRE(after.verdicts.size() == 2);
  CHECK(after.verdicts[0].phase == "compare");
  CHECK(after.verdicts[0].details == before.verdicts[0].details);
  CHECK(after.verdicts[1].judge == "paper");
}

TEST_CASE("an execution comes back with its times and what was seen") {
  Kept kept;
  kept.sample.attempts = {attempt()};
  const Execution before = execution();
  const Execution after = read_sample(kept.record(), kept.asked, texts_of(kept.sample)).attempts.front().execution;
  REQUIRE(after.calls.size() == 2);
  CHECK(after.calls[1].index == 3);
  CHECK(after.calls[1].case_name == "even");
  CHECK(after.calls[1].phase == "redrawn");
  CHECK(after.calls[1].reason == "took too long");
  CHECK(after.calls[1].seconds == 1.5);
  REQUIRE(after.launches.size() == 2);
  CHECK(after.launches[0].arguments == before.launches[0].arguments);
  CHECK(after.launches[0].count == 3);
  CHECK(after.launches[0].own);
  CHECK_FALSE(after.launches[0].traced);
  CHECK(after.launches[1].traced);
  REQUIRE(after.timings.size() == 2);
  CHECK(after.timings[0].seconds == before.timings[0].seconds);
  CHECK(after.timings[0].traced);
  CHECK(after.timings[1].mode == "cold");
  for (const auto field : {&Execution::library, &Execution::kernels, &Execution::races, &Execution::memory,
                           &Execution::notes, &Execution::proof, &Execution::device}) {
    CHECK_FALSE((before.*field).is_null());
    CHECK(after.*field == before.*field);
  }
  CHECK(after.usage.wall_seconds == 2.5);
  CHECK(after.usage.cpu_seconds == 1.25);
  CHECK(after.usage.peak_bytes == 4096);
  CHECK(after.log == "printed");
}

TEST_CASE("without its suite a task is what the record says of it") {
  Kept kept;
  const Task known = known_task(kept.record());
  CHECK(known.question.id == "softmax");
  CHECK(known.question.facts == kept.asked.question.facts);
  CHECK(known.question.instructions.empty());
}

TEST_CASE("a record that failed by our fault, or was never judged, is done again") {
  Kept kept;
  CHECK_FALSE(is_final(kept.record()));
  CHECK(first_outcome(kept.record()) == "not_judged");
  kept.sample.attempts = {attempt()};
  CHECK(is_final(kept.record()));
  CHECK(first_outcome(kept.record()) == "wrong_value");
  kept.sample.attempts.front().verdicts[1].outcome = "infrastructure";
  CHECK_FALSE(is_final(kept.record()));
}
