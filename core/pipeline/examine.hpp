#pragma once
// What a task is worth as a test, asked of the checker: does its reference repeat, does each part of its inputs count?

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/lane.hpp"
#include "pipeline/select.hpp"

namespace touchstone {

/// Examines the tasks, so many at once as a run has lanes, and hands each reply over (core/workers/README.md, the
/// checker's `examine`; {reason} for a task that cannot be examined), one at a time.
/// Errors: the first of `take`, which ends it; cancelled.
Result<None> examine_tasks(Workshop& workshop, const std::vector<SelectedTask>& tasks, const std::string& secret,
                           const std::stop_token& stop,
                           const std::function<Result<None>(const SelectedTask&, const Value&)>& take);

}  // namespace touchstone
