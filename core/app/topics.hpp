#pragma once
// What `describe` knows besides plugins: the pipeline file, its keys, and the words that they take.

#include <optional>
#include <string>
#include <vector>

#include "touchstone/value.hpp"

namespace touchstone {

/// One topic: a heading, and tables of options with their headings, all from declared options.
struct Topic {
  std::string heading;
  std::vector<std::pair<std::string, Value>> tables;
};

/// "config", a key of the pipeline file ("judges", or "judge"), of limits or where, or a word that a key takes
/// ("strict").
std::optional<Topic> topic_of(const std::string& name);
/// All names that topic_of knows.
std::vector<std::string> topic_names();

/// What `describe` prints, as text and as JSON.
std::string topic_text(const Topic& topic);
Value topic_value(const Topic& topic);

}  // namespace touchstone
