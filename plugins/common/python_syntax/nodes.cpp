#include "nodes.hpp"

#include <array>
#include <utility>

namespace touchstone::python {
namespace {

/// To find a child's field, tree-sitter climbs through nodes that it hides, as many as there are children where it could
/// read nothing; the fields of so many are left alone.
constexpr std::uint32_t most_with_fields = 8'000;

constexpr std::array<std::pair<std::string_view, Sort>, 13> sorts{{{"comment", Sort::comment},
                                                                   {"string", Sort::string},
                                                                   {"identifier", Sort::identifier},
                                                                   {",", Sort::comma},
                                                                   {"block", Sort::block},
                                                                   {"assignment", Sort::assignment},
                                                                   {"augmented_assignment", Sort::assignment},
                                                                   {"for_in_clause", Sort::for_in_clause},
                                                                   {"if_statement", Sort::if_statement},
                                                                   {"for_statement", Sort::for_statement},
                                                                   {"while_statement", Sort::while_statement},
                                                                   {"default_parameter", Sort::default_parameter},
                                                                   {"elif_clause", Sort::branch}}};

Sort sort_of(std::string_view type) {
  if (type == "else_clause") return Sort::branch;
  for (const auto& [name, sort] : sorts)
    if (name == type) return sort;
  return Sort::other;
}

Field field_named(std::string_view name) {
  if (name == "left") return Field::left;
  if (name == "right") return Field::right;
  if (name == "name") return Field::name;
  return name == "value" ? Field::value : Field::other;
}

}  // namespace

std::vector<Node> nodes_of(TSNode root) {
  std::vector<Node> out;
  TSTreeCursor cursor = ts_tree_cursor_new(root);
  std::uint32_t parent = none;
  while (true) {
    const TSNode it = ts_tree_cursor_current_node(&cursor);
    const auto own = static_cast<std::uint32_t>(out.size());
    const std::string_view type = type_of(it);
    out.push_back({.it = it, .type = type, .parent = parent, .sort = sort_of(type)});
    const bool few = parent == none || ts_node_child_count(out[parent].it) <= most_with_fields;
    if (const char* field = few ? ts_tree_cursor_current_field_name(&cursor) : nullptr) {
      out.back().field = field_named(field);
      out.back().field_number = number_of(field);
    }
    if (parent != none) {
      Node& above = out[parent];
      (above.last == none ? above.first : out[above.last].next) = own;
      above.last = own;
      ++above.children;
    }
    if (ts_tree_cursor_goto_first_child(&cursor)) {
      parent = own;
      continue;
    }
    while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
      if (parent == none || !ts_tree_cursor_goto_parent(&cursor)) {
        ts_tree_cursor_delete(&cursor);
        return out;
      }
      parent = out[parent].parent;
    }
  }
}

std::uint32_t child_of(const std::vector<Node>& nodes, std::uint32_t parent, Field field) {
  for (std::uint32_t at = nodes[parent].first; at != none; at = nodes[at].next)
    if (nodes[at].field == field) return at;
  return none;
}

}  // namespace touchstone::python
