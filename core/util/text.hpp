#pragma once
// Small text helpers, and numbers with units as people write them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone {

/// The parts between separators; an empty text has one empty part.
std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
/// Without white space at both ends.
std::string_view trim(std::string_view text);

/// One character: its code point and how many bytes it takes; none where the bytes are not UTF-8.
struct Character {
  char32_t code{0};
  std::size_t bytes{0};
};
/// A text's first one; a NUL, of one byte, of an empty text.
Character first_character(std::string_view text);
bool is_utf8(std::string_view text);

/// One line fit for a terminal, of text that somebody else wrote: white space becomes a blank, other control
/// characters (C0, DEL, C1 in UTF-8) a question mark.
std::string printable(std::string_view text);

/// At most `most` bytes of a text, cut where a word ends if one does (else where a character does), and "…" for the
/// rest.
std::string shortened(std::string_view text, std::size_t most);
/// "1 task", "12 tasks": a number and its noun, which takes an s.
std::string counted(std::size_t number, std::string_view noun);

/// A decimal whole number: an optional sign, no leading zero, nothing else. Nothing where it does not fit int64.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// A finite decimal number: 1, -1.5, .5, 2e-3. Nothing for hex, inf, nan or trailing text.
std::optional<double> parse_real(std::string_view text);

/// "500ms", "2s", "3min", "1h", "1.5s", also us and ns: as seconds. A bare number has no unit and is refused, but for
/// 0.
std::optional<double> parse_duration(std::string_view text);
/// "64KiB", "2GiB", "10MB", "512B": as bytes. A bare number is refused, but for 0.
std::optional<double> parse_bytes(std::string_view text);

/// Both write what the parsers above read: "1.5s", "250ms", "2GiB".
std::string format_duration(double seconds);
std::string format_bytes(double bytes);

/// Whether a text matches a pattern in which `*` stands for any run of characters.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace touchstone
