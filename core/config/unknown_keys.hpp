#pragma once
// Keys that nobody declared: what was meant, or where the key belongs.

#include <set>
#include <span>
#include <string>

#include "config/place.hpp"
#include "touchstone/option.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// Adds an error for each key of a block that none of `options` and `beside` has, and gives the keys that were meant by
/// them, so that nobody is told that these are missing. `owner` is for errors ("metric 'accuracy'").
std::set<std::string> report_unknown_keys(const Value& block, std::span<const Option> options,
                                          std::span<const Option> beside, const std::string& owner, Errors& errors);

}  // namespace touchstone
