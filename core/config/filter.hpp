#pragma once
// `where`: which tasks a suite gives, or a model is asked. Keys are joined by "and", the values of one key by "or".

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "config/place.hpp"
#include "touchstone/task.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// An empty list means "any". Names may hold `*`.
struct Filter {
  std::vector<std::string> tags, names, families;
  std::vector<std::int64_t> difficulties;
  std::int64_t least{std::numeric_limits<std::int64_t>::min()};  ///< difficulty, inclusive
  std::int64_t most{std::numeric_limits<std::int64_t>::max()};
  Value written;  ///< as it stood in the config, a text as a list of one

  /// Looks at the question's id and at its facts `tags`, `family` and `difficulty`; a fact that is not there matches
  /// nothing.
  bool matches(const Question& question) const;
};

/// The tasks that a filter was asked about, to tell what in it fits none of them.
class FilterUse {
 public:
  explicit FilterUse(const Filter& filter) : filter_(filter) {}
  /// Whether the filter lets the task pass; remembers it.
  bool matches(const Question& question);
  std::size_t dropped() const { return dropped_; }
  /// An error with its place and the nearest name for each name, tag and family that no task has, or one for the whole
  /// filter where nothing passed all of it. `owner` is for errors ("suite 'operators'").
  Errors misses(const std::string& owner) const;

 private:
  const Filter& filter_;
  std::set<std::string> names_, tags_, families_;  ///< of the tasks seen
  std::set<std::int64_t> difficulties_;
  std::size_t passed_{0}, dropped_{0};
};

/// Reads `{tags: [a], names: [soft*], family: softmax, difficulty: {least: 1, most: 2}}`; null is the filter that lets
/// all pass. A text stands for a list of one; difficulty may be a number or a list too.
Filter read_filter(const Value& where, const std::string& owner, Errors& errors);

}  // namespace touchstone
