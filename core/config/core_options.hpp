#pragma once
// The core's own keys of a pipeline file, as data: validation, defaults, `describe` and the reference page come from
// here.

#include <span>
#include <string_view>

#include "touchstone/option.hpp"

namespace touchstone {

/// Top-level keys.
std::span<const Option> pipeline_options();
/// Keys of `limits`.
std::span<const Option> limit_options();
/// Keys that belong to the core in an item of suites, models, metrics, profilers, or in runtime; every other key is its
/// plugin's. `kind` is "suite", "model", "metric", "profiler" or "runtime".
std::span<const Option> block_options(std::string_view kind);
/// Keys of an item of prompts.
std::span<const Option> prompt_options();
/// What each choice of `judges`, `prompts` or `report` means; nothing for other keys.
std::span<const Option> choice_options(std::string_view key);
/// Keys of `where`.
std::span<const Option> where_options();

}  // namespace touchstone
