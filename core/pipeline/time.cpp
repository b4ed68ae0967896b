#include "pipeline/time.hpp"

namespace touchstone {
namespace {

void time_reference(Execution& execution, const PlannedCall& call, Lane& lane) {
  auto said = lane.checker().time(call.index, lane.allowance().timing_seconds);
  if (!said) return;  // a reference without a time leaves the candidate's time without a ratio, which shows as such
  const Value& timing = (*said)["timing"];
  Timing noted{"reference", call.case_name, timing["mode"].text(), timing["clock"].text(), {}, true};
  for (const Value& second : timing["seconds"].list()) noted.seconds.push_back(to_tenth_of_ns(second.number()));
  execution.timings.push_back(std::move(noted));
}

}  // namespace

void draw_benches(const OpenedTask& opened, Lane& lane) {
  for (const PlannedCall& call : opened.calls)
    if (call.phase == "bench") static_cast<void>(lane.checker().arguments(call.index));  // what fails, fails again
}

Result<None> time_benches(Executed& executed, Judged& judged, const OpenedTask& opened, const std::string& sample,
                          Lane& lane) {
  auto hold = lane.slots().alone(lane.device().id, lane.stop());
  if (!hold) return hold.error();
  std::vector<const PlannedCall*> timed;
  for (const PlannedCall& call : opened.calls) {
    if (call.phase != "bench") continue;
    CallOutcome outcome = time_candidate(executed, call, lane);
    const bool returned = outcome.outcome.empty();
    judge_more(judged, opened, outcome, sample, lane);
    note_timed(executed, std::move(outcome));
    if (!returned) break;
    timed.push_back(&call);
  }
  finish(executed);
  for (const PlannedCall* call : timed) time_reference(executed.execution, *call, lane);
  return None{};
}

}  // namespace touchstone
