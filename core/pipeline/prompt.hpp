#pragma once
// Task to prompt: the instruction in a style, as the model is asked.

#include <string>

#include "touchstone/attempt.hpp"
#include "touchstone/result.hpp"
#include "touchstone/task.hpp"

namespace touchstone {

/// Errors: the task has no instruction in that style.
Result<Prompt> make_prompt(const Task& task, const std::string& style);

}  // namespace touchstone
