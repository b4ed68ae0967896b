#pragma once
// What a word of YAML means when it stands there without quotes. Stricter than YAML 1.1, so that nothing is read in two
// ways.

#include <string>
#include <string_view>

#include "touchstone/value.hpp"

namespace touchstone {

/// What a plain scalar means, or why it is refused.
struct Scalar {
  Value value;
  std::string refusal{};
  std::string hint{};
};

/// `true` and `false` are flags; decimal whole numbers, decimal fractions, .inf, -.inf and .nan are numbers; everything
/// else is text, `yes`, `on` and dates included. Refused: 010, 0x10, 0o10, 0b10 and whole numbers outside int64.
Scalar read_scalar(std::string_view text);

/// The scalar as YAML that read_scalar, or a quoted scalar, reads back the same.
std::string write_scalar(const Value& value);

}  // namespace touchstone
