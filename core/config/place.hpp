#pragma once
// Where something was written, for errors.

#include <string>
#include <utility>

#include "touchstone/error.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// "file:line:column", the name alone where there is no line ("--set seed=x"), or nothing.
inline std::string place_text(const Place& place) {
  if (place.line <= 0) return place.file;
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

inline Error config_error(const Place& place, std::string what, std::string hint = {}) {
  return {ErrorCode::config, std::move(what), place_text(place), std::move(hint)};
}

}  // namespace touchstone
