#pragma once
// JSON text to values and back: the only user of nlohmann-json is json.cpp.

#include <string>
#include <string_view>
#include <vector>

#include "touchstone/result.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// Lists and maps inside each other deeper than this are refused, so that no input exhausts the stack.
inline constexpr std::size_t json_depth_limit = 256;

/// Reads one JSON value; `name` stands for the file in errors, which carry name:line:column. Whole numbers outside
/// int64 become doubles. Refused: duplicate keys, NaN and Infinity literals, invalid UTF-8, text after the value.
Result<Value> read_json(std::string_view text, std::string_view name);

/// The same of a whole file. Errors: those of read_file, too.
Result<Value> read_json_file(const std::string& path);

/// Compact, on one line, keys in order; invalid UTF-8 is replaced by U+FFFD, NaN and infinities become the strings
/// "nan", "inf", "-inf".
std::string write_json(const Value& value);

/// The same, indented by two spaces, for files that people read. Ends with a newline.
std::string write_json_pretty(const Value& value);

/// A list of texts.
Value texts_value(const std::vector<std::string>& texts);

}  // namespace touchstone
