#pragma once
#include "checkout.hpp"
#include "touchstone/task.hpp"

namespace touchstone::tritonbench {

/// A row and its program as a task. `note` is the task's entry in notes.yaml, or null. A task that cannot be judged is
/// made all the same, with the reason in its protocol: it is counted, not lost. `judge_disputed`: judge even those
/// whose reference contradicts its description; the tag "disputed" tells them apart.
Task make_task(const Row& row, const Program& program, const Value& note, const std::string& commit,
               bool judge_disputed);

}  // namespace touchstone::tritonbench
