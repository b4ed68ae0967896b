#pragma once
#include "checkout.hpp"
#include "errata.hpp"
#include "touchstone/task.hpp"

namespace touchstone::tritonbench {

/// A row and its program as a task. `errata` is what is known of the operator, nothing for the task as shipped. A task
/// that cannot be judged is made all the same, with the reason in its protocol: it is counted, not lost.
Task make_task(const Row& row, const Program& program, const Errata& errata, const Channel& channel,
               const std::string& commit);

}  // namespace touchstone::tritonbench
