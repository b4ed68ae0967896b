#pragma once
// What an argument of a case may say (operators/README.md); core/workers/draw.py draws it.

#include <span>
#include <string_view>

#include "touchstone/error.hpp"
#include "touchstone/value.hpp"

namespace touchstone::operators {

std::span<const std::string_view> dtype_names();
std::span<const std::string_view> draw_kinds();

/// Adds an error where a text is none of `known`, with its place and the nearest. `what` names it: "dtype".
void check_word(const Value& given, std::string_view what, std::span<const std::string_view> known, Errors& errors);

/// Adds what is wrong with one argument: a scalar, a list, or a map that describes a tensor, a dtype or a number.
/// `arguments` are those of its case, for same_as.
void check_argument(const Value& value, const Value& arguments, Errors& errors);

}  // namespace touchstone::operators
