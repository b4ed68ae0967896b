#pragma once
// YAML text to values with their places: yaml_reader.cpp is the only user of yaml-cpp, and none of its types leaves it.

#include <string>
#include <string_view>

#include "touchstone/result.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

inline constexpr std::size_t yaml_depth_limit = 64;         ///< maps and lists inside each other
inline constexpr std::size_t yaml_value_limit = 1'000'000;  ///< values, each use of an alias counted
inline constexpr std::size_t yaml_byte_limit = std::size_t{64} << 20;

/// Reads one document; `name` stands for the file in errors and places. A scalar's place is its own; a map or list
/// under a key has the key's. Plain scalars mean what config/scalar.hpp says, quoted ones are text. Refused, each with
/// its place: duplicate keys, merge keys, keys that are not text, tags, an alias inside its own anchor, a second
/// document.
Result<Value> read_yaml(std::string_view text, const std::string& name);

/// The same for a file; the places name `path` as it was given.
Result<Value> read_yaml_file(const std::string& path);

}  // namespace touchstone
