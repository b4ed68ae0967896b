#pragma once
// For plugins that read YAML files of their own: the strictness that the host gives to their options.

#include <span>
#include <string>
#include <string_view>

#include "touchstone/result.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// "file:line:column", as far as it is known.
std::string where_of(const Value& value);

/// An error at a value's place.
Error wrong(const Value& value, std::string what, std::string hint = {});

/// What to write instead of `given`: the nearest of `known`, or all of them.
std::string hint_for(std::string_view given, std::span<const std::string_view> known);

/// Adds an error for every key of a map that is not in `known`, with its place and the nearest known key, or for what
/// is no map at all. `what` says what the map is: "operator.yaml", "policy".
void only_keys(const Value& map, std::string_view what, std::span<const std::string_view> known, Errors& errors);

}  // namespace touchstone
