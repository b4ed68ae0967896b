#pragma once
// One attempt on one screen, for the person who holds the file: what is wrong, where, how far off, and what to do next.

#include <string>

#include "touchstone/attempt.hpp"
#include "touchstone/task.hpp"

namespace touchstone {

/// Where and with what inputs an attempt was judged: the secret gives the same inputs again.
struct Setting {
  std::string device, secret;
};

std::string render_attempt(const Task& task, const Attempt& attempt, const Setting& setting, bool colour);
Value attempt_json(const Task& task, const Attempt& attempt, const Setting& setting);

/// Index, case and status of every call.
Value calls_value(const Execution& execution);

/// What a person would be told to do about a verdict, one line.
std::string next_step(const Verdict& verdict);

}  // namespace touchstone
