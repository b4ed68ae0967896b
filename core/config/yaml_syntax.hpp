#pragma once
// What is wrong with a text that is no YAML, in words for who wrote it. Used by yaml_reader.cpp.

#include <string>
#include <string_view>

#include "touchstone/error.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// `message` is the parser's, `place` where it stopped; `open` is the innermost map or list that was not closed there
/// (line 0: none).
Error syntax_error(const std::string& message, const Place& place, const Place& open, std::string_view text);

/// Whether the quoted text that starts at `place` ends before the document does; the parser takes one that does not.
bool quote_is_closed(std::string_view text, const Place& place);

}  // namespace touchstone
