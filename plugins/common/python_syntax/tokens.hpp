#pragma once
// The tokens that data flow runs between: leaves of a tree and whole strings. Internal to this library.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nodes.hpp"

namespace touchstone::python {

/// A leaf or a string; a comment is neither.
inline bool is_token(const Node& node) {
  return (node.children == 0 || node.sort == Sort::string) && node.sort != Sort::comment;
}

class Tokens {
 public:
  Tokens(const std::vector<Node>& nodes, std::string_view text);

  /// Which token a node is, counted from 0, or `none` (what is inside a string).
  std::uint32_t at(std::uint32_t node) const { return token_[node]; }
  /// Its text as a number: equal for equal texts.
  std::uint32_t name(std::uint32_t token) const { return names_[token]; }
  /// Whether it says no more than its type does: a keyword, a sign.
  bool is_fixed(std::uint32_t node) const { return spelt_[names_[token_[node]]] == nodes_[node].type; }
  std::size_t size() const { return names_.size(); }
  std::size_t names() const { return spelt_.size(); }

 private:
  void add(std::uint32_t node);
  void merge_places();
  std::string_view spelt(TSPoint begin, TSPoint end);
  std::size_t offset(std::uint32_t row, std::uint32_t column) const;
  std::string_view line(std::uint32_t row) const;

  const std::vector<Node>& nodes_;
  std::string_view text_;
  std::vector<std::size_t> lines_;              ///< where each begins
  std::vector<std::uint32_t> characters_;       ///< of a text that is not ASCII: where each begins
  std::vector<std::uint32_t> line_characters_;  ///< which character each line begins with
  std::vector<std::uint32_t> token_, names_;
  std::vector<std::string_view> spelt_;
  std::unordered_map<std::string_view, std::uint32_t> known_;
  std::deque<std::string> joined_;  ///< texts of tokens that span lines
};

}  // namespace touchstone::python
