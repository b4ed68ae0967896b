#include "config/scalar.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <limits>

#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

constexpr std::string_view digits = "0123456789";

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}
bool all_of(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}
/// 0x1F, 0o17, 0b1: numbers to some readers, text to others.
bool has_base_prefix(std::string_view body) {
  if (body.size() < 3 || body[0] != '0') return false;
  const char base = static_cast<char>(std::tolower(static_cast<unsigned char>(body[1])));
  const std::string_view rest = body.substr(2);
  if (base == 'x') return all_of(rest, "0123456789abcdefABCDEF_");
  return (base == 'o' || base == 'b') && all_of(rest, "01234567_");
}

Scalar refuse(std::string_view text, std::string why) {
  return {{},
          fmt::format("'{}' {}", text, why),
          fmt::format("write a decimal number, or '\"{}\"' where text is meant", text)};
}

bool is_null_word(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

/// Text that YAML takes as it stands, in block and in flow style, and that means text.
bool can_be_plain(const std::string& text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/";
  if (text.empty() || letters.find(text.front()) == std::string_view::npos || is_null_word(text)) return false;
  for (const char c : text)
    if (letters.find(c) == std::string_view::npos && digits.find(c) == std::string_view::npos && c != '.' && c != '-')
      return false;
  const Scalar read = read_scalar(text);
  return read.refusal.empty() && read.value.is_text();
}

}  // namespace

Scalar read_scalar(std::string_view text) {
  if (text == "true") return {Value(true)};
  if (text == "false") return {Value(false)};
  if (text == ".inf" || text == "+.inf") return {Value(std::numeric_limits<double>::infinity())};
  if (text == "-.inf") return {Value(-std::numeric_limits<double>::infinity())};
  if (text == ".nan") return {Value(std::numeric_limits<double>::quiet_NaN())};
  const std::string_view body = without_sign(text);
  if (has_base_prefix(body)) return refuse(text, "is not a decimal number");
  if (all_of(body, digits)) {
    if (const auto number = parse_integer(text)) return {Value(static_cast<long long>(*number))};
    if (body.size() > 1 && body[0] == '0') return refuse(text, "starts with 0, which some readers take for octal");
    return refuse(text, "does not fit in 64 bits");
  }
  if (const auto number = parse_real(text)) return {Value(*number)};
  return {Value(text)};
}

std::string write_scalar(const Value& value) {
  if (value.is_text()) return can_be_plain(value.text()) ? value.text() : write_json(value);
  if (value.is_number() && !value.is_integer()) {
    const double number = value.number();
    if (std::isnan(number)) return ".nan";
    if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
  }
  return write_json(value);
}

}  // namespace touchstone
