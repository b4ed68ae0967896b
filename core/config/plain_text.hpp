#pragma once
// Whether a file is text at all, and which of its letters only look like what they are not.

#include <optional>
#include <string>
#include <string_view>

#include "touchstone/error.hpp"

namespace touchstone {

/// Why this is no UTF-8 text, with its place: a byte that is none of UTF-8, or a control character that no text has.
std::optional<Error> text_fault(std::string_view text, const std::string& name);

/// "U+0430": the first character beyond ASCII, or nothing. The text is UTF-8.
std::string first_non_ascii(std::string_view text);

}  // namespace touchstone
