#include <map>
#include <optional>

#include "python_syntax.hpp"
#include "tree.hpp"

namespace touchstone::python {
namespace {

bool is_import(std::string_view type) {
  return type == "import_statement" || type == "import_from_statement" || type == "future_import_statement";
}

/// Statements that hold statements, and clauses that are nodes of their own in Python's syntax tree.
bool holds_statements(std::string_view type) {
  for (const std::string_view one :
       {"function_definition", "class_definition", "if_statement", "for_statement", "while_statement", "with_statement",
        "try_statement", "match_statement", "except_clause", "except_group_clause", "case_clause"})
    if (type == one) return true;
  return false;
}

bool is_async(TSNode function, std::string_view text) { return text_of(function, text).starts_with("async"); }

/// One walk. In Python's tree an `elif` is an `if` in the `else` of the one before.
class Collector {
 public:
  explicit Collector(std::string_view text) : text_(text) {}

  std::vector<Statement> collect(TSNode root) {
    walk(
        root, [this](TSNode node, const Spot& spot) { return enter(node, spot); },
        [this](std::size_t depth) {
          if (frames_.back().at == depth) frames_.pop_back();
        });
    return std::move(out_);
  }

 private:
  struct Frame {
    std::size_t at, inside, elifs;  ///< where it was entered, how deep what is in it stands
  };

  bool enter(TSNode node, const Spot& spot) {
    const std::string_view type = type_of(node);
    const std::size_t depth = frames_.back().inside;
    if (is_import(type)) return add(Kind::import, node, depth), false;
    if (type == "decorated_definition") decorated_ = ts_node_start_byte(node);
    if (type == "function_definition" && !is_async(node, text_)) add(Kind::function, node, depth);
    if (type == "function_definition" || type == "class_definition") decorated_ = none;
    if (holds_statements(type))
      frames_.push_back({spot.depth, depth + 1, 0});
    else if (type == "elif_clause")
      frames_.push_back({spot.depth, depth + ++frames_.back().elifs, 0});
    else if (type == "else_clause" && frames_.back().elifs)
      frames_.push_back({spot.depth, depth + frames_.back().elifs, 0});
    return true;
  }

  void add(Kind kind, TSNode node, std::size_t depth) {
    const std::size_t begin = kind == Kind::function && decorated_ != none ? decorated_ : ts_node_start_byte(node);
    out_.push_back({kind, begin, ts_node_end_byte(node), depth});
  }

  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::string_view text_;
  std::vector<Statement> out_;
  std::vector<Frame> frames_{{none, 0, 0}};
  std::size_t decorated_{none};  ///< where the decorators of the definition to come begin
};

/// The column of a statement that is the first of its line; nothing of one behind a semicolon or a colon.
std::optional<std::uint32_t> column_of(TSNode node, std::string_view text) {
  const std::uint32_t column = ts_node_start_point(node).column, begin = ts_node_start_byte(node);
  const std::string_view before = text.substr(begin - column, column);
  if (before.find_first_not_of(" \t\f") != std::string_view::npos) return {};
  return column;
}

}  // namespace

bool is_indented(std::string_view text) {
  if (!parses(text)) return false;
  const Tree tree = parse(text);
  std::map<std::size_t, std::uint32_t> columns{{1, 0}};  // of blocks under way, by the depth of their statements
  bool good = true;
  walk(
      ts_tree_root_node(tree.get()),
      [&](TSNode node, const Spot& spot) {
        const bool statement = spot.parent == "block" || spot.parent == "module";
        if (!statement || !ts_node_is_named(node) || type_of(node) == "comment") return good;
        const auto column = column_of(node, text);
        if (column && columns.try_emplace(spot.depth, *column).first->second != *column) good = false;
        return good;
      },
      [&](std::size_t depth) { columns.erase(columns.upper_bound(depth), columns.end()); });
  return good;
}

std::vector<Statement> statements(std::string_view text) {
  if (!parses(text)) return {};
  const Tree tree = parse(text);
  return Collector(text).collect(ts_tree_root_node(tree.get()));
}

}  // namespace touchstone::python
