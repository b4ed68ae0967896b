#include "pipeline/publish.hpp"

#include "report/verdict_view.hpp"
#include "util/hash.hpp"

namespace touchstone {
namespace {

Value completion_value(const Completion& completion) {
  Value out;
  out.set("finish", completion.finish).set("bytes", completion.text.size()).set("sha256", sha256_hex(completion.text));
  if (!completion.detail.empty()) out.set("detail", completion.detail);
  if (!completion.usage.is_null()) out.set("usage", completion.usage);
  if (!completion.origin.is_null()) out.set("origin", completion.origin);
  return out;
}

Value candidate_value(const Candidate& candidate) {
  Value out;
  out.set("rule", candidate.rule);
  if (!candidate.code.empty()) out.set("sha256", sha256_hex(candidate.code));
  return out.set("findings", candidate.findings);
}

Value execution_value(const Execution& execution) {
  Value launches{Value::List{}};
  for (const Launch& launch : execution.launches) {
    Value item;
    item.set("kernel", launch.kernel).set("source", launch.source).set("arguments", launch.arguments);
    launches.add(
        item.set("count", launch.count).set("own", launch.own).set("evidence", launch.traced ? "traced" : "claim"));
  }
  Value out;
  return out.set("calls", calls_value(execution))
      .set("launches", launches)
      .set("library", execution.library)
      .set("races", execution.races)
      .set("memory", execution.memory)
      .set("notes", execution.notes)
      .set("proof", execution.proof);
}

Value verdict_value(const Verdict& verdict) {
  Value out;
  return out.set("judge", verdict.judge)
      .set("outcome", verdict.outcome)
      .set("phase", verdict.phase)
      .set("reason", verdict.reason)
      .set("details", verdict.details);
}

Value measurements_value(const std::vector<Measurement>& measurements) {
  Value out{Value::List{}};
  for (const Measurement& measurement : measurements) {
    Value item;
    item.set("tag", measurement.tag).set("value", measurement.value).set("n", measurement.n);
    if (measurement.interval) item.set("low", measurement.interval->low).set("high", measurement.interval->high);
    if (!measurement.labels.is_null()) item.set("labels", measurement.labels);
    out.add(item);
  }
  return out;
}

Value observed_value(const Execution& execution, const Measured& measured) {
  Value out, seconds{Value::List{}}, timings{Value::List{}}, usage;
  if (execution.device.is_map()) out.set("device", execution.device["id"]);
  for (const CallReport& call : execution.calls) seconds.add(call.seconds);
  for (const Timing& timing : execution.timings) {
    Value item, samples{Value::List{}};
    for (double second : timing.seconds) samples.add(second);
    item.set("subject", timing.subject).set("case", timing.bench_case).set("mode", timing.mode);
    item.set("clock", timing.clock).set("evidence", timing.traced ? "traced" : "claim");
    timings.add(item.set("seconds", samples));
  }
  usage.set("wall", execution.usage.wall_seconds).set("cpu", execution.usage.cpu_seconds);
  usage.set("peak bytes", execution.usage.peak_bytes);
  out.set("call seconds", seconds).set("timings", timings).set("usage", usage).set("kernels", execution.kernels);
  return out.set("measurements", measurements_value(measured.observed));
}

}  // namespace

Value make_record(const PlannedSample& planned, const Sample& sample, const Measured& measured) {
  Value out, attempts{Value::List{}}, facts, notes{Value::List{}};
  for (const Attempt& attempt : sample.attempts) {
    Value item, verdicts{Value::List{}};
    for (const Verdict& verdict : attempt.verdicts) verdicts.add(verdict_value(verdict));
    item.set("completion", completion_value(attempt.completion)).set("candidate", candidate_value(attempt.candidate));
    attempts.add(item.set("execution", execution_value(attempt.execution)).set("verdicts", verdicts));
  }
  for (const char* key : {"family", "difficulty", "tags"}) facts.set(key, sample.task.question.facts[key]);
  for (const std::string& note : measured.notes) notes.add(note);
  out.set("v", record_version).set("key", planned.key).set("suite", sample.suite).set("task", sample.task.question.id);
  out.set("prompt", sample.prompt).set("model", sample.model).set("draw", sample.draw).set("facts", facts);
  const Value origin = sample.attempts.empty() ? Value() : sample.attempts.front().completion.origin;
  out.set("note", origin["note"]).set("attempts", attempts).set("measurements", measurements_value(measured.figures));
  out.set("notes", notes);
  const Execution none;
  return out.set("observed",
                 observed_value(sample.attempts.empty() ? none : sample.attempts.back().execution, measured));
}

}  // namespace touchstone
