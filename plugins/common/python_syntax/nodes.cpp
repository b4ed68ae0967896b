#include "nodes.hpp"

#include <array>
#include <utility>

namespace touchstone::python {
namespace {

/// To find a child's field, tree-sitter climbs through nodes that it hides, as many as there are children where it
/// could read nothing; the fields of so many are left alone.
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

struct Type {
  std::string_view name;
  std::uint64_t number{0};
  Sort sort{Sort::other};
};

/// What the grammar's symbols are called; ERROR is none of them.
class Types {
 public:
  explicit Types(TSNode node) {
    const TSLanguage* language = ts_tree_language(node.tree);
    for (TSSymbol symbol = 0; symbol < ts_language_symbol_count(language); ++symbol)
      types_.push_back(type(ts_language_symbol_name(language, symbol)));
  }
  const Type& operator[](TSNode node) const {
    const TSSymbol symbol = ts_node_symbol(node);
    return symbol < types_.size() ? types_[symbol] : error_;
  }

 private:
  static Type type(const char* name) {
    return {name ? name : "", number_of(name ? name : ""), sort_of(name ? name : "")};
  }
  std::vector<Type> types_;
  Type error_ = type("ERROR");
};

struct Cursor {
  explicit Cursor(TSNode root) : it(ts_tree_cursor_new(root)) {}
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor() { ts_tree_cursor_delete(&it); }
  TSTreeCursor it;
};

Node node_of(TSTreeCursor& cursor, std::uint32_t parent, const Types& types, bool with_field) {
  const TSNode it = ts_tree_cursor_current_node(&cursor);
  const Type& type = types[it];
  Node out{.it = it,
           .type = type.name,
           .type_number = type.number,
           .parent = parent,
           .sort = type.sort,
           .named = ts_node_is_named(it),
           .missing = ts_node_is_missing(it)};
  if (const char* field = with_field ? ts_tree_cursor_current_field_name(&cursor) : nullptr) {
    out.field = field_named(field);
    out.field_number = number_of(field);
  }
  return out;
}

}  // namespace

std::vector<Node> nodes_of(TSNode root) {
  static const Types types(root);  // there is one language
  std::vector<Node> out;
  out.reserve((ts_node_end_byte(root) - ts_node_start_byte(root)) / 2 + 8);
  Cursor cursor(root);
  for (std::uint32_t parent = none;;) {
    const auto own = static_cast<std::uint32_t>(out.size());
    const bool few = parent == none || ts_node_child_count(out[parent].it) <= most_with_fields;
    out.push_back(node_of(cursor.it, parent, types, few));
    if (parent != none) {
      Node& above = out[parent];
      (above.last == none ? above.first : out[above.last].next) = own;
      above.last = own;
      ++above.children;
    }
    if (ts_tree_cursor_goto_first_child(&cursor.it)) {
      parent = own;
      continue;
    }
    while (!ts_tree_cursor_goto_next_sibling(&cursor.it)) {
      if (parent == none || !ts_tree_cursor_goto_parent(&cursor.it)) return out;
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
