#include "config/plain_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/place.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

bool is_control(char32_t code) { return (code < 0x20 && code != '\t' && code != '\n' && code != '\r') || code == 0x7F; }

Place place_of(std::string_view before, const std::string& name) {
  const auto lines = std::ranges::count(before, '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return {name, static_cast<int>(lines) + 1, static_cast<int>(before.size() - start) + 1};
}

}  // namespace

std::optional<Error> text_fault(std::string_view text, const std::string& name) {
  for (std::size_t i = 0; i < text.size();) {
    const Character character = first_character(text.substr(i));
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
      return fmt::format("U+{:04X}", static_cast<unsigned>(first_character(text.substr(i)).code));
  return {};
}

}  // namespace touchstone
