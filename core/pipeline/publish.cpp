#include "pipeline/publish.hpp"

#include <algorithm>

#include "report/verdict_view.hpp"
#include "util/file_system.hpp"
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

std::vector<double> numbers(const Value& list) {
  std::vector<double> out;
  for (const Value& item : list.list()) out.push_back(item.number());
  return out;
}

Completion read_completion(const Value& value) {
  Completion out;
  out.finish = value["finish"].text();
  out.detail = value["detail"].text();
  out.usage = value["usage"];
  out.origin = value["origin"];
  return out;
}

Execution read_execution(const Value& value) {
  Execution out;
  for (const Value& call : value["calls"].list())
    out.calls.push_back({static_cast<int>(call["index"].integer()), call["entry"].text(), call["case"].text(),
                         call["phase"].text(), call["status"].text(), call["reason"].text(), 0});
  for (const Value& launch : value["launches"].list())
    out.launches.push_back({launch["kernel"].text(), launch["source"].text(), launch["arguments"],
                            launch["count"].integer(), launch["own"].flag(), launch["evidence"].text() == "traced"});
  out.library = value["library"];
  out.races = value["races"];
  out.memory = value["memory"];
  out.notes = value["notes"];
  out.proof = value["proof"];
  return out;
}

void read_observed(const Value& value, Execution& out) {
  const std::vector<double> seconds = numbers(value["call seconds"]);
  for (std::size_t i = 0; i < std::min(seconds.size(), out.calls.size()); ++i) out.calls[i].seconds = seconds[i];
  for (const Value& timing : value["timings"].list())
    out.timings.push_back({timing["subject"].text(), timing["case"].text(), timing["mode"].text(),
                           timing["clock"].text(), numbers(timing["seconds"]), timing["evidence"].text() == "traced"});
  const Value& usage = value["usage"];
  out.usage = {usage["wall"].number(), usage["cpu"].number(), usage["peak bytes"].integer()};
  out.kernels = value["kernels"];
  if (value["device"].is_text()) out.device = Value().set("id", value["device"]);
}

}  // namespace

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
  out.set("task_sha256", planned.task_hash);
  const Value origin = sample.attempts.empty() ? Value() : sample.attempts.front().completion.origin;
  out.set("note", origin["note"]).set("attempts", attempts).set("measurements", measurements_value(measured.figures));
  out.set("notes", notes);
  const Execution none;
  return out.set("observed",
                 observed_value(sample.attempts.empty() ? none : sample.attempts.back().execution, measured));
}

Texts texts_of(const Sample& sample) {
  if (sample.attempts.empty()) return {};
  const Attempt& attempt = sample.attempts.back();
  return {attempt.completion.text, attempt.completion.reasoning, attempt.candidate.code, attempt.execution.log};
}

Texts read_texts(const RunPaths& run, const std::string& key) {
  Texts out;
  each_text(out, [&](const char* name, std::string& text) {
    if (auto read = read_file(run.artifacts() + "/" + key + "/" + name)) text = std::move(*read);
  });
  return out;
}

Sample read_sample(const Value& record, const Task& task, Texts texts) {
  Sample out{task,
             record["suite"].text(),
             record["prompt"].text(),
             record["model"].text(),
             static_cast<int>(record["draw"].integer()),
             {}};
  for (const Value& value : record["attempts"].list()) {
    Attempt& attempt = out.attempts.emplace_back();
    attempt.completion = read_completion(value["completion"]);
    attempt.candidate.rule = value["candidate"]["rule"].text();
    attempt.candidate.findings = value["candidate"]["findings"];
    attempt.execution = read_execution(value["execution"]);
    for (const Value& verdict : value["verdicts"].list())
      attempt.verdicts.push_back({verdict["judge"].text(), verdict["outcome"].text(), verdict["phase"].text(),
                                  verdict["reason"].text(), verdict["details"]});
  }
  if (out.attempts.empty()) return out;
  Attempt& last = out.attempts.back();
  read_observed(record["observed"], last.execution);
  last.completion.text = std::move(texts.completion);
  last.completion.reasoning = std::move(texts.reasoning);
  last.candidate.code = std::move(texts.code);
  last.execution.log = std::move(texts.log);
  return out;
}

Task known_task(const Value& record) {
  Task out;
  out.question.id = record["task"].text();
  out.question.facts = record["facts"];
  return out;
}

bool is_final(const Value& record) {
  const auto& attempts = record["attempts"].list();
  if (attempts.empty()) return false;
  for (const Value& verdict : attempts.back()["verdicts"].list())
    if (verdict["outcome"].text() == "infrastructure") return false;
  return true;
}

std::string first_outcome(const Value& record) {
  const auto& attempts = record["attempts"].list();
  if (attempts.empty() || attempts.back()["verdicts"].list().empty()) return "not_judged";
  return attempts.back()["verdicts"].list().front()["outcome"].text();
}

}  // namespace touchstone
