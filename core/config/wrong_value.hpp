#pragma once
// A value of the wrong type or outside its range: what was found, and what to write instead. Used by schema.cpp and its
// neighbours.

#include <string>
#include <vector>

#include "touchstone/option.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// What is wrong with one value, before its owner is added.
struct Problem {
  std::string what, hint;
  Place place;
};

/// "the number 3", "'text'", "a list", "nothing": a value for people.
std::string shown(const Value& value);

/// A value that is not of its option's type.
Problem wrong_type(const Value& given, const Option& option);
/// A value outside its option's range.
Problem wrong_range(const Value& given, const Option& option);
/// Each text that is none of its option's choices.
std::vector<Problem> wrong_choices(const Value& value, const Option& option);

}  // namespace touchstone
