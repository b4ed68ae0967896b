#pragma once
// A tree of tree-sitter copied into arrays, so that children and fields cost what they look like. Internal to this
// library.

#include <cstdint>
#include <string_view>
#include <vector>

#include "tree.hpp"

namespace touchstone::python {

inline constexpr std::uint32_t none = 0xFFFFFFFF;

/// What the rules of form.cpp and flow.cpp tell apart.
enum class Sort : std::uint8_t {
  other,
  comment,
  string,
  identifier,
  comma,
  block,
  assignment,
  for_in_clause,
  if_statement,
  for_statement,
  while_statement,
  default_parameter,
  branch  ///< `branch`: elif_clause and else_clause
};

enum class Field : std::uint8_t { other, left, right, name, value };

struct Node {
  TSNode it;
  std::string_view type;
  std::uint64_t type_number;      ///< number_of(type)
  std::uint64_t field_number{0};  ///< of its field's name, whatever it is; 0 for none
  std::uint32_t parent, first{none}, next{none}, last{none}, children{0};  ///< indices
  Sort sort;
  Field field{Field::other};  ///< which one of its parent's it is
  bool named, missing;

  bool is_seen() const { return named || missing; }  ///< in an S-expression
};

/// In the order of the text, parents first.
std::vector<Node> nodes_of(TSNode root);

/// The first child that is this field of its parent, or `none`.
std::uint32_t child_of(const std::vector<Node>& nodes, std::uint32_t parent, Field field);

/// A number for a sequence: FNV's idea on 64-bit words, with a finish that spreads every bit.
constexpr std::uint64_t mix(std::uint64_t state, std::uint64_t part) {
  state = (state ^ part) * 0x9E3779B97F4A7C15ULL;
  return (state ^ (state >> 29)) * 0xBF58476D1CE4E5B9ULL + 1;
}
constexpr std::uint64_t number_of(std::string_view text) {
  std::uint64_t out = 0xCBF29CE484222325ULL;
  for (const char c : text) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return mix(out, text.size());
}

}  // namespace touchstone::python
