#include "words.hpp"

#include <algorithm>

namespace touchstone::similarity {
namespace {

/// U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
bool is_wide_space(unsigned char first, unsigned char second, unsigned char third) {
  if (first == 0xE1) return second == 0x9A && third == 0x80;
  if (first == 0xE3) return second == 0x80 && third == 0x80;
  if (first != 0xE2) return false;
  if (second == 0x81) return third == 0x9F;
  return second == 0x80 && ((third >= 0x80 && third <= 0x8A) || third == 0xA8 || third == 0xA9 || third == 0xAF);
}

}  // namespace

std::size_t space_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  const unsigned char first = byte(at);
  if (first < 0x80) return first == ' ' || (first >= 0x09 && first <= 0x0D) || (first >= 0x1C && first <= 0x1F);
  if (first == 0xC2) return byte(at + 1) == 0x85 || byte(at + 1) == 0xA0 ? 2 : 0;
  return is_wide_space(first, byte(at + 1), byte(at + 2)) ? 3 : 0;
}

std::string_view stripped(std::string_view text) {
  while (const std::size_t size = space_at(text, 0)) text.remove_prefix(size);
  while (true) {
    std::size_t cut = 0;
    for (std::size_t size = 1; size <= 3 && size <= text.size() && !cut; ++size)
      if (space_at(text, text.size() - size) == size) cut = size;
    if (!cut) return text;
    text.remove_suffix(cut);
  }
}

std::string_view next_word(std::string_view text, std::size_t& at) {
  while (const std::size_t size = space_at(text, at)) at += size;
  const std::size_t begin = at;
  while (at < text.size() && !space_at(text, at)) ++at;
  return text.substr(begin, at - begin);
}

std::string without_blank_lines(std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    std::size_t at = 0;
    if (!next_word(line, at).empty()) {
      if (!out.empty()) out += '\n';
      out += line;
    }
    begin = end + 1;
  }
  return out;
}

}  // namespace touchstone::similarity
