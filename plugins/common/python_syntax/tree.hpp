#pragma once
// Parsing with a bound on work, and a walk without recursion. Internal to this library.

#include <tree_sitter/api.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace touchstone::python {

struct TreeDelete {
  void operator()(TSTree* tree) const { ts_tree_delete(tree); }
};
using Tree = std::unique_ptr<TSTree, TreeDelete>;

/// Whether a text is longer than `most_tokens`. Counts words and signs, and three for a line's end (newline, indent,
/// dedent), strings and comments alike. What parse() is given must have passed this.
bool too_many_tokens(std::string_view text);

/// The syntax tree, or null where reading it back and forth exceeds the budget (see tree.cpp).
Tree parse(std::string_view text);

inline std::string_view text_of(TSNode node, std::string_view text) {
  const auto begin = ts_node_start_byte(node);
  return text.substr(begin, ts_node_end_byte(node) - begin);
}

inline std::string_view type_of(TSNode node) { return ts_node_type(node); }

inline TSNode field_of(TSNode node, std::string_view field) {
  return ts_node_child_by_field_name(node, field.data(), static_cast<std::uint32_t>(field.size()));
}

/// Where a node stands: below which type of node, as which child (from 0), how deep.
struct Spot {
  std::string_view parent;
  std::size_t index, depth;
};

/// Visits every node in order: enter(node, spot) says whether to go below, leave(depth) follows for each node after
/// what is below it. The depth of a hostile tree is bounded by its text alone, hence no recursion. (A cursor knows
/// field names too, but looks each up in time linear in a node's children.)
template <class Enter, class Leave>
void walk(TSNode root, Enter enter, Leave leave) {
  TSTreeCursor cursor = ts_tree_cursor_new(root);
  std::vector<Spot> path{{"", 0, 0}};
  while (!path.empty()) {
    const TSNode node = ts_tree_cursor_current_node(&cursor);
    if (enter(node, path.back()) && ts_tree_cursor_goto_first_child(&cursor)) {
      path.push_back({type_of(node), 0, path.size()});
      continue;
    }
    leave(path.back().depth);
    while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
      path.pop_back();
      if (path.empty() || !ts_tree_cursor_goto_parent(&cursor)) break;
      leave(path.back().depth);
    }
    if (!path.empty()) ++path.back().index;
  }
  ts_tree_cursor_delete(&cursor);
}

}  // namespace touchstone::python
