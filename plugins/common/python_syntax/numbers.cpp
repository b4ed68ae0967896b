#include <charconv>
#include <cstdint>
#include <limits>

#include "edits.hpp"

namespace touchstone::python {
namespace {

std::string other_integer(std::string_view literal) {
  const bool hexadecimal = literal.starts_with("0x") || literal.starts_with("0X");
  std::int64_t value = 0;
  const char* end = literal.data() + literal.size();
  const auto read = std::from_chars(literal.data() + (hexadecimal ? 2 : 0), end, value, hexadecimal ? 16 : 10);
  if (read.ec != std::errc{} || read.ptr != end || value == std::numeric_limits<std::int64_t>::max()) return {};
  if (!hexadecimal) return std::to_string(value + 1);
  if (value == 0) return "0x1";
  char out[24];
  const auto written = std::to_chars(out, out + sizeof out, value - 1, 16);
  return "0x" + std::string(out, written.ptr);
}

std::string other_float(std::string_view literal) {
  double value = 0;
  const char* end = literal.data() + literal.size();
  const auto read = std::from_chars(literal.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) return {};
  char out[40];
  const auto written = std::to_chars(out, out + sizeof out, value == 0 ? 1.0 : value * 1.25);
  std::string text(out, written.ptr);
  if (text.find("inf") != std::string::npos) return {};
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

}  // namespace

std::string other_number(std::string_view literal) {
  const bool hexadecimal = literal.starts_with("0x") || literal.starts_with("0X");
  const bool integer = hexadecimal || literal.find_first_of(".eE") == std::string_view::npos;
  return integer ? other_integer(literal) : other_float(literal);
}

}  // namespace touchstone::python
