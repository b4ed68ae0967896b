#pragma once
// One attempt on one screen, for the person who holds the file: what is wrong, where, how far off, and what to do next.

#include <string>

#include "touchstone/attempt.hpp"
#include "touchstone/task.hpp"

namespace touchstone {

std::string render_attempt(const Task& task, const Attempt& attempt, const std::string& device, bool colour);
Value attempt_json(const Task& task, const Attempt& attempt, const std::string& device);

/// What a person would be told to do about an outcome, one line.
std::string next_step(const std::string& outcome);

}  // namespace touchstone
