#include "config/plain_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/place.hpp"

namespace touchstone {
namespace {

/// One character: its code point and how many bytes it takes; none where the bytes are not UTF-8.
struct Character {
  char32_t code{0};
  std::size_t bytes{0};
};

Character read_character(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
  const unsigned char first = at(0);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return {};
  char32_t code = first & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((at(i) & 0xC0u) != 0x80) return {};
    code = (code << 6) | (at(i) & 0x3Fu);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code < 0xE000;
  if (code < least[bytes] || code > 0x10FFFF || is_surrogate) return {};
  return {code, bytes};
}

bool is_control(char32_t code) { return (code < 0x20 && code != '\t' && code != '\n' && code != '\r') || code == 0x7F; }

Place place_of(std::string_view before, const std::string& name) {
  const auto lines = std::ranges::count(before, '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {name, static_cast<int>(lines) + 1, static_cast<int>(before.size() - start) + 1};
}

}  // namespace

std::optional<Error> text_fault(std::string_view text, const std::string& name) {
  for (std::size_t i = 0; i < text.size();) {
    const Character character = read_character(text.substr(i));
    if (character.bytes && !is_control(character.code)) {
      i += character.bytes;
      continue;
    }
    const auto byte = static_cast<unsigned>(static_cast<unsigned char>(text[i]));
    const std::string what = character.bytes ? fmt::format("the control character 0x{:02X} stands here", byte)
                                             : fmt::format("the byte 0x{:02X} is not UTF-8", byte);
    return config_error(place_of(text.substr(0, i), name), what, "is this a text file? Save it as UTF-8");
  }
  return std::nullopt;
}

std::string first_non_ascii(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (static_cast<unsigned char>(text[i]) >= 0x80)
      return fmt::format("U+{:04X}", static_cast<unsigned>(read_character(text.substr(i)).code));
  return {};
}

}  // namespace touchstone
