#pragma once
// Candidate to execution: the candidate's entry is called with one call's arguments after the other, and what came out
// is sealed. Nothing is compared here, and nothing that the candidate's process says is believed.

#include <optional>
#include <vector>

#include "pipeline/lane.hpp"
#include "touchstone/attempt.hpp"

namespace touchstone {

/// What one call left: the worker's reply, and its outputs, sealed; or an outcome from `call_error` on.
struct CallOutcome {
  PlannedCall call;
  std::string outcome;  ///< empty: it returned
  std::string reason;
  Value reply;  ///< also of a call that raised
  std::optional<Shared> outputs;
};

/// An execution with what only the host holds: sealed outputs, and the worker while timings may still be wanted.
struct Executed {
  Execution execution;
  std::vector<CallOutcome> calls;
  std::string outcome, phase, reason;  ///< set where no call was made: it does not load, or we failed
  std::optional<Seat> seat;
};

/// Loads the candidate and runs every call but bench ones. Stops where the worker died. Never throws.
Executed execute(const Candidate& candidate, const Task& task, const OpenedTask& opened, Lane& lane);

/// Calls again what returned, this time with the device's kernels watched: evidence, asked only of candidates that need
/// it. The outputs are for judging like any other. Ends early at a call that does not return this time.
std::vector<CallOutcome> witness(Executed& executed, Lane& lane);

/// One timed bench call, its outputs sealed; its timing joins the execution's.
CallOutcome time_candidate(Executed& executed, const PlannedCall& call, Lane& lane);
/// Keeps what became of a timed call beside the others, without its outputs.
void note_timed(Executed& executed, CallOutcome call);

/// No clock is finer; shorter records.
double to_tenth_of_ns(double seconds);

/// Ends the worker and notes what it cost.
void finish(Executed& executed);

}  // namespace touchstone
