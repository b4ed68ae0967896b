#pragma once
// Execution to verdict: the checker compares every call's sealed outputs, the worst call wins, and a right execution
// must show that it is really Triton.

#include <string>

#include "pipeline/evidence.hpp"
#include "pipeline/execute.hpp"

namespace touchstone {

/// What stands behind a verdict.
struct Judged {
  Verdict verdict;
  std::vector<CallVerdict> calls;
};

/// Compares what `execute` sealed. `sample` names the sample to the checker (property tasks look at earlier calls).
Judged judge(const Executed& executed, const OpenedTask& opened, const std::string& judge_name,
             const std::string& sample, Lane& lane);

/// Judges one more call and lets it make the verdict worse.
void judge_more(Judged& judged, const OpenedTask& opened, const CallOutcome& call, const std::string& sample,
                Lane& lane);

/// The verdict of calls alone: the worst outcome, with the first call that has it.
Verdict worst_of(const std::vector<CallVerdict>& calls, const OpenedTask& opened, const std::string& judge_name);

/// Turns `passed` into what the evidence says; other verdicts stay.
void weigh_evidence(Judged& judged, const Task& task, const Execution& execution);

/// A verdict without an execution: no candidate, a task that cannot be judged, a failure of ours.
Verdict plain_verdict(std::string judge, std::string outcome, std::string phase, std::string reason);

}  // namespace touchstone
