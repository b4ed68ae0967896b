#include "util/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace touchstone {
namespace {

struct Unit {
  std::string_view name;
  double size;
};
constexpr Unit duration_units[] = {{"h", 3600}, {"min", 60}, {"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};
constexpr Unit byte_units[] = {{"TiB", 1099511627776.0},
                               {"GiB", 1073741824.0},
                               {"MiB", 1048576.0},
                               {"KiB", 1024.0},
                               {"TB", 1e12},
                               {"GB", 1e9},
                               {"MB", 1e6},
                               {"kB", 1e3},
                               {"B", 1}};

std::optional<double> parse_with_unit(std::string_view text, std::span<const Unit> units) {
  text = trim(text);
  if (text == "0") return 0.0;
  const std::size_t end = text.find_last_of("0123456789.") + 1;  // npos + 1 is 0
  const auto number = parse_real(trim(text.substr(0, end)));
  const std::string_view unit = trim(text.substr(end));
  for (const Unit& known : units)
    if (number && *number >= 0 && unit == known.name) return *number * known.size;
  return std::nullopt;
}

/// The largest unit in which the number is whole and reads back the same, else the number itself in the unit of size 1.
std::string format_with_unit(double value, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    const double count = value / unit.size;
    if (count >= 1 && count == std::floor(count) && count < 1e15 && count * unit.size == value)
      return fmt::format("{:.0f}{}", count, unit.name);
  }
  for (const Unit& unit : units)
    if (unit.size == 1) return fmt::format("{}{}", value, unit.name);
  return fmt::format("{}", value);
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (std::size_t end; (end = text.find(separator)) != std::string_view::npos; text.remove_prefix(end + 1))
    out.emplace_back(text.substr(0, end));
  out.emplace_back(text);
  return out;
}

Character first_character(std::string_view text) {
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

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character first = first_character(text);
    if (first.bytes == 0) return false;
    text.remove_prefix(first.bytes);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto at = [&out](std::size_t k) { return static_cast<unsigned char>(k < out.size() ? out[k] : 0); };
    if (at(i) == '\t' || at(i) == '\n' || at(i) == '\r')
      out[i] = ' ';
    else if (at(i) < 0x20 || at(i) == 0x7F)
      out[i] = '?';
    else if (at(i) == 0xC2 && at(i + 1) >= 0x80 && at(i + 1) < 0xA0)
      out.replace(i, 2, "?");
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  const std::size_t blank = text.find_last_of(" \t\n", end);
  if (blank != text.npos && blank * 2 > most) end = blank;
  return std::string(trim(text.substr(0, end))) + "…";
}

std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> parse_real(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<double> parse_duration(std::string_view text) { return parse_with_unit(text, duration_units); }
std::optional<double> parse_bytes(std::string_view text) { return parse_with_unit(text, byte_units); }
std::string format_duration(double seconds) { return format_with_unit(seconds, duration_units); }
std::string format_bytes(double bytes) { return format_with_unit(bytes, std::span(byte_units)); }

bool matches_pattern(std::string_view pattern, std::string_view text) {
  // Greedy with one point to go back to: the last star and where it began to match.
  std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace touchstone
