#include "pipeline/judge_attempt.hpp"

#include <algorithm>
#include <functional>
#include <future>
#include <optional>
#include <stop_token>

#include "pipeline/admission.hpp"
#include "pipeline/judge.hpp"
#include "pipeline/judge_stdout.hpp"
#include "pipeline/observe.hpp"
#include "pipeline/prove.hpp"
#include "pipeline/time.hpp"
#include "util/hash.hpp"

namespace touchstone {
namespace {

// With what the checker and the gate said of the task: calls left out, what keeps it out of scores.
Verdict noted(Verdict verdict, const OpenedTask& opened, const Task& task) {
  Value tags = opened.tags;
  if (const std::string failed = kept_out(task); !failed.empty()) {
    tags.add("not admitted");
    verdict.details.set("not admitted", failed);
  }
  if (!tags.list().empty()) verdict.details.set("tags", tags);
  if (!opened.notes.list().empty()) verdict.details.set("notes", opened.notes);
  return verdict;
}

// What can be said before anything runs.
std::optional<Verdict> early_verdict(const Attempt& attempt, const std::string& judge) {
  const Completion& completion = attempt.completion;
  if (completion.finish != "stop" && attempt.candidate.code.empty())
    return plain_verdict(judge, "generation_error", "generate", completion.finish + ": " + completion.detail);
  if (attempt.candidate.code.empty()) return plain_verdict(judge, "no_code", "extract", attempt.candidate.rule);
  return {};
}

// The compiler's look at the launched kernels, under way beside the judging. A wrong answer needs no proof: it is
// dropped.
class Proof {
 public:
  Proof(const Candidate& candidate, const Question& question, const Executed& executed, Lane& lane)
      : on_stop_(lane.stop(), [this] { stop_.request_stop(); }) {
    const bool returned = std::all_of(executed.calls.begin(), executed.calls.end(),
                                      [](const CallOutcome& call) { return call.outcome.empty(); });
    if (!lane.compiles() || !executed.outcome.empty() || !returned) return;
    results_ = std::async(std::launch::async, [&, launches = distinct(executed.execution.launches)] {
      return prove(candidate, question, launches, lane, stop_.get_token());
    });
  }

  void join(Judged& judged, Execution& execution) {
    if (!results_.valid()) return;
    const bool wanted = judged.verdict.outcome == "passed";
    if (!wanted) stop_.request_stop();
    auto results = results_.get();
    if (!wanted) return;
    if (results)
      note_proof(execution, std::move(*results));
    else
      judged.verdict =
          plain_verdict(judged.verdict.judge, "infrastructure", "evidence", "the compiler: " + results.error().what);
  }

 private:
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_stop_;
  std::future<Result<Value>> results_;
};

// Where nothing compiles for the evidence, the device's own kernels are seen while the calls are made once more, and
// what these give is judged too: evidence of one computation says nothing about another.
void look_again(Judged& judged, Executed& executed, const OpenedTask& opened, const std::string& sample, Lane& lane) {
  Judged second{judged.verdict, {}};
  for (const CallOutcome& call : witness(executed, lane)) judge_more(second, opened, call, sample, lane);
  if (second.verdict.outcome == "passed") return;
  judged.verdict = second.verdict;
  judged.verdict.reason = "when called again: " + judged.verdict.reason;
}

// By recorded or declared calls: execute, judge, prove, time.
Verdict judge_calls(const Subject& subject, const Protocol& protocol, Attempt& attempt, Lane& lane) {
  const Task& task = subject.task;
  const std::string seed = task_seed(subject.secret, subject.suite, task);
  auto share = lane.slots().share(lane.device().id, lane.stop());
  if (!share) return plain_verdict(protocol.judge, "infrastructure", "call", share.error().what);
  const auto open = lane.checker().open(task, protocol, seed);
  if (!open) {
    const bool cannot = open.error().code == ErrorCode::unavailable;
    return plain_verdict(protocol.judge, cannot ? "not_judged" : "infrastructure", "call",
                         open.error().where + ": " + open.error().what);
  }
  const OpenedTask opened = **open;  // a copy: a checker that dies later forgets its task
  if (!opened.not_judged.empty()) return plain_verdict(protocol.judge, "not_judged", "call", opened.not_judged);
  if (auto verdict = early_verdict(attempt, protocol.judge)) return noted(*verdict, opened, task);

  Executed executed = execute(attempt.candidate, task, opened, lane);
  executed.execution.device = attempt.execution.device;
  Proof proof(attempt.candidate, task.question, executed, lane);
  Judged judged = judge(executed, opened, protocol.judge, subject.key, lane);
  proof.join(judged, executed.execution);
  if (!lane.compiles() && judged.verdict.outcome == "passed")
    look_again(judged, executed, opened, subject.key + "/again", lane);
  weigh_evidence(judged, task, executed.execution);
  observe(executed.execution, "after", lane);
  const bool timed = subject.timings && lane.device().exclusive_timing && judged.verdict.outcome == "passed";
  if (timed) draw_benches(opened, lane);
  share = DeviceSlots::Hold();  // given back before a timing asks for the device alone
  if (timed)
    if (auto done = time_benches(executed, judged, opened, subject.key, lane); !done)
      judged.verdict = plain_verdict(protocol.judge, "infrastructure", "call", done.error().what);
  finish(executed);
  executed.execution.launches = distinct(executed.execution.launches);
  attempt.execution = std::move(executed.execution);
  return noted(std::move(judged.verdict), opened, task);
}

bool is_program(const Protocol& protocol) { return protocol.how == "stdout"; }

// One attempt under one judge. What calls left behind stays when another judge only runs the program.
Verdict try_once(const Subject& subject, const Protocol& protocol, Attempt& attempt, Lane& lane) {
  const Value device = Value().set("id", lane.device().id).set("family", lane.device().family);
  if (!is_program(protocol)) attempt.execution = {};
  if (attempt.execution.device.is_null()) attempt.execution.device = device;
  return is_program(protocol) ? judge_stdout(subject, protocol, attempt, lane)
                              : judge_calls(subject, protocol, attempt, lane);
}

// Whether a device that fell ill can have brought this about. What was decided without it stands.
bool may_be_the_device(const Verdict& verdict, const Execution& execution) {
  const auto& timings = execution.timings;
  const auto timed = [&](const char* whose) {
    return std::count_if(timings.begin(), timings.end(), [&](const Timing& timing) { return timing.subject == whose; });
  };
  if (verdict.outcome == "passed") return timed("reference") < timed("candidate");
  return verdict.outcome != "not_triton" && verdict.outcome != "no_code" && verdict.outcome != "generation_error";
}

// One try on the lane's device. A device that is in trouble afterwards makes the failure ours: `trouble` says which.
Verdict try_here(const Subject& subject, const Protocol& protocol, Attempt& attempt, Lane& lane, std::string& trouble) {
  Verdict verdict = try_once(subject, protocol, attempt, lane);
  static const Execution none;
  const Execution& seen = is_program(protocol) ? none : attempt.execution;
  trouble = may_be_the_device(verdict, seen) ? lane.workshop().examine(lane.station()) : "";
  if (trouble.empty()) return verdict;
  return plain_verdict(protocol.judge, "infrastructure", "call", lane.device().id + " is left out: " + trouble);
}

// What failed by our fault, the device's included, is tried once more: on another device where there is one.
Verdict try_twice(const Subject& subject, const Protocol& protocol, Attempt& attempt, Lane& lane) {
  const int failures = lane.workshop().failures(lane.station());
  std::string trouble, more;
  Verdict verdict = try_here(subject, protocol, attempt, lane, trouble);
  const bool ours = verdict.outcome == "infrastructure";
  if (!ours) lane.workshop().fared_well(lane.station());
  if (!ours || lane.stop().stop_requested()) return verdict;
  const Station& before = lane.station();
  const bool moved = lane.move();
  if (!moved && !trouble.empty()) return verdict;  // no device is left
  Verdict again = try_here(subject, protocol, attempt, lane, more);
  if (again.outcome != "infrastructure") lane.workshop().fared_well(lane.station());
  if (moved && trouble.empty() && again.outcome != "infrastructure") {
    lane.workshop().fared_badly(before, failures, verdict.reason);
    lane.move();  // back: a device that is well keeps its lanes
  }
  again.details.set("retried after", verdict.reason);
  return again;
}

}  // namespace

const Protocol* protocol_of(const Task& task, const std::string& judge) {
  for (const Protocol& protocol : task.protocols)
    if (protocol.judge == judge) return &protocol;
  return nullptr;
}

std::string task_seed(const std::string& secret, const std::string& suite, const Task& task) {
  return hmac_sha256_hex(secret, suite + "/" + task.question.id);
}

void judge_attempt(const Subject& subject, Attempt& attempt, Lane& lane) {
  const auto add = [&](Verdict verdict) { attempt.verdicts.push_back(std::move(verdict)); };
  const Protocol* protocol = protocol_of(subject.task, subject.judge);
  if (!protocol)
    return add(plain_verdict(subject.judge, "not_judged", "call",
                             "suite '" + subject.suite + "' has no protocol for the judge '" + subject.judge + "'"));
  if (!protocol->not_judged.empty())
    return add(plain_verdict(subject.judge, "not_judged", "call", protocol->not_judged));
  add(try_twice(subject, *protocol, attempt, lane));
}

}  // namespace touchstone
