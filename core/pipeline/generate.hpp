#pragma once
// Prompt to completion: asks the model, runs a command where the model wants one. What a model cannot answer becomes a
// completion whose `finish` says so: a missing answer is a result, not a lost sample.

#include <cstdint>

#include "pipeline/select.hpp"
#include "touchstone/attempt.hpp"

namespace touchstone {

/// May wait for a program; returns early when the host is cancelled.
Completion generate(const Task& task, const Prompt& prompt, const NamedModel& model, int draw, std::uint64_t seed);

/// The same for a sample of the plan, prompt and all.
Completion answer(const PlannedSample& sample, std::uint64_t seed);

}  // namespace touchstone
