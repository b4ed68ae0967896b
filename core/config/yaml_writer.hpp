#pragma once
// Values as YAML text that read_yaml reads back the same.

#include <string>

#include "touchstone/value.hpp"

namespace touchstone {

/// Block style, keys in order, a list of scalars on one line; ends with a newline. Invalid UTF-8 is replaced.
std::string write_yaml(const Value& value);

}  // namespace touchstone
