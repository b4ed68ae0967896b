#pragma once
// What profilers see of a device from outside, beside an execution.

#include "pipeline/lane.hpp"
#include "touchstone/attempt.hpp"

namespace touchstone {

/// Asks every profiler of the run and keeps what it sees under `moment` ("before" or "after"): in `observed` then lies
/// one map a profiler, in the order of the config, or nothing where no profiler looks.
void observe(Execution& execution, const char* moment, const Lane& lane);

/// The execution as one profiler may read it: with what it saw itself, and nothing of others.
Result<std::vector<Measurement>> read_profiler(const Named<Profiler>& profiler, std::size_t index,
                                               const Execution& execution);

}  // namespace touchstone
