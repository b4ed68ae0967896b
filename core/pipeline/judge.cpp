#include "pipeline/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "touchstone/outcome.hpp"
#include "util/json.hpp"

namespace touchstone {
namespace {

// The checker looks at what came back, and at a call that raised: the reference may raise there too.
bool is_for_checker(const CallOutcome& call) { return call.outcome.empty() || call.outcome == "call_error"; }

CallVerdict judge_call(const CallOutcome& call, const std::string& sample, Lane& lane) {
  CallVerdict out{call.call.index, call.outcome, call.reason, {}, !call.outcome.empty(), 0, call.call.where()};
  if (!is_for_checker(call)) return out;
  Value reply;  // what the comparison reads, without the claims about kernels
  for (const char* key : {"ok", "outcome", "reason", "returned", "after", "gradients", "storages"})
    if (const Value* found = call.reply.find(key)) reply.set(key, *found);
  if (write_json(reply).size() > frame_limit - (std::size_t{64} << 10)) {
    out.outcome = "resource";
    out.reason = "the description of what it returned takes more than 4 MB";
    return out;
  }
  const auto said = lane.checker().judge(call.call.index, reply, call.outputs ? &*call.outputs : nullptr, sample);
  if (!said) {
    out.outcome = "infrastructure";
    out.reason = said.error().where + ": " + said.error().what;
    return out;
  }
  out.outcome = (*said)["outcome"].text_or("infrastructure");
  out.reason = (*said)["reason"].text();
  out.details = (*said)["details"];
  out.reference_work = (*said)["reference_work"].number();
  out.trivial = (*said)["trivial"].flag();
  return out;
}

// infrastructure says nothing about the candidate: it counts only where nothing worse than passed was established.
std::size_t weight(const std::string& outcome) { return is_scored(outcome) ? 2 * severity(outcome) : 1; }

}  // namespace

Verdict plain_verdict(std::string judge, std::string outcome, std::string phase, std::string reason) {
  return {std::move(judge), std::move(outcome), std::move(phase), std::move(reason), {}};
}

Verdict worst_of(const std::vector<CallVerdict>& calls, const OpenedTask& opened, const std::string& judge_name) {
  const auto worst = std::max_element(calls.begin(), calls.end(), [](const CallVerdict& a, const CallVerdict& b) {
    return weight(a.outcome) < weight(b.outcome);
  });
  if (worst == calls.end()) return plain_verdict(judge_name, "infrastructure", "call", "no call was made");
  const bool passed = worst->outcome == "passed";
  const bool returned = is_called(worst->outcome);
  const auto planned = std::find_if(opened.calls.begin(), opened.calls.end(),
                                    [&](const PlannedCall& call) { return call.index == worst->index; });
  const std::string where = planned == opened.calls.end() ? "" : planned->where();
  Verdict verdict{judge_name, worst->outcome, returned ? "compare" : "call", {}, {}};
  const std::string all = calls.size() == 1 ? "its only call is" : fmt::format("all {} calls", calls.size());
  verdict.reason = passed ? all + " within the bound" : where + ": " + worst->reason;
  verdict.details.set("calls", calls.size());
  if (passed) return verdict;
  const long failed =
      std::count_if(calls.begin(), calls.end(), [](const auto& call) { return call.outcome != "passed"; });
  verdict.details.set("failed", failed).set("call", worst->index).set("where", where).set("evidence", worst->details);
  return verdict;
}

Judged judge(const Executed& executed, const OpenedTask& opened, const std::string& judge_name,
             const std::string& sample, Lane& lane) {
  Judged out;
  if (!executed.outcome.empty()) {
    out.verdict = plain_verdict(judge_name, executed.outcome, executed.phase, executed.reason);
    return out;
  }
  for (const CallOutcome& call : executed.calls) out.calls.push_back(judge_call(call, sample, lane));
  out.verdict = worst_of(out.calls, opened, judge_name);
  return out;
}

void judge_more(Judged& judged, const OpenedTask& opened, const CallOutcome& call, const std::string& sample,
                Lane& lane) {
  judged.calls.push_back(judge_call(call, sample, lane));
  judged.verdict = worst_of(judged.calls, opened, judged.verdict.judge);
}

void weigh_evidence(Judged& judged, const Task& task, const Execution& execution) {
  if (judged.verdict.outcome != "passed") return;
  auto finding = examine(task, execution, judged.calls);
  if (!finding) return;
  judged.verdict.outcome = finding->outcome;
  judged.verdict.reason = finding->reason;
  judged.verdict.phase = "evidence";
  judged.verdict.details.set("evidence", finding->details);
}

}  // namespace touchstone
