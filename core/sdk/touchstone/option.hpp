#pragma once
// What a plugin can be told in YAML, declared as data. Validation, defaults, `describe` and the reference page come
// from this table alone; a plugin's create receives only validated values.

#include <limits>
#include <string_view>

namespace touchstone {

enum class OptionType {
  flag,     ///< true or false
  integer,  ///< a decimal whole number
  real,     ///< a number
  text,     ///< any string
  choice,   ///< one of `choices`
  path,  ///< a file or folder; a relative one starts at the YAML file, "$NAME/…" at that variable; arrives absolute
  duration,  ///< a number with a unit (500ms, 2s, 3min, 1h); arrives as seconds
  bytes,     ///< a number with a unit (64KiB, 2GiB); arrives as bytes
  texts,     ///< a list of strings
  map,       ///< any tree: the plugin checks it itself
};

struct Option {
  std::string_view key;
  OptionType type{OptionType::text};
  std::string_view help;        ///< one line, imperative or noun phrase, no full stop
  std::string_view fallback{};  ///< the default as one would write it in YAML; ignored when required
  bool required{false};
  std::string_view choices{};  ///< "simple|complex" for `choice`; for `texts`, what each may be
  double least{-std::numeric_limits<double>::infinity()};  ///< numbers, durations (seconds), bytes: inclusive
  double most{std::numeric_limits<double>::infinity()};
  std::string_view unit{};  ///< what a number counts, for people
  bool secret{false};       ///< never shown, logged or recorded
};

}  // namespace touchstone
