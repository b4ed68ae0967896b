#include <map>
#include <optional>

#include "python_syntax.hpp"
#include "shape.hpp"
#include "tree.hpp"

namespace touchstone::python {
namespace {

constexpr std::size_t longest_dotted = 32;  // components of a dotted name; a longer chain is no name

/// "a.b.c" of an attribute chain that ends in a plain name.
std::optional<std::string> dotted(TSNode node, std::string_view text) {
  std::vector<std::string_view> parts;
  while (type_of(node) == "attribute" && parts.size() < longest_dotted) {
    parts.push_back(text_of(field_of(node, "attribute"), text));
    node = field_of(node, "object");
    if (ts_node_is_null(node)) return std::nullopt;
  }
  if (type_of(node) != "identifier") return std::nullopt;
  std::string out(text_of(node, text));
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) out.append(1, '.').append(*part);
  return out;
}

/// Fills an Outline in one walk. `owner_` is the Uses that what is being read belongs to.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) { out_.uses.emplace_back(); }

  Outline read(TSNode root) {
    out_.parses = !ts_node_has_error(root);
    walk(
        root, [this](TSNode node, const Spot& spot) { return enter(node, spot); },
        [this](std::size_t depth) { leave(depth); });
    resolve();
    return std::move(out_);
  }

 private:
  /// A node that changes whose uses are collected or how deep in scopes we are, until it is left.
  struct Frame {
    std::size_t depth, owner;
    bool scope, decorated;
  };

  bool top() const { return scopes_ == 0; }

  /// Whether an identifier there is a name that is looked up: not an attribute, a keyword or a definition's own name.
  static bool is_use(const Spot& spot) {
    if (spot.parent == "attribute") return spot.index == 0;
    if (spot.parent == "keyword_argument") return spot.index > 0;
    return spot.parent != "function_definition" && spot.parent != "class_definition";
  }

  bool enter(TSNode node, const Spot& spot) {
    const std::string_view type = type_of(node);
    if (type == "identifier") {
      if (is_use(spot)) out_.uses[owner_].names.emplace(text_of(node, text_));
      return false;
    }
    if (ts_node_is_missing(node) || type == "ERROR") fault(node, "this cannot be read as Python");
    if (type == "call")
      call(node);
    else if (type == "decorator" && top())
      decorator(node);
    else if (type == "decorated_definition" && top())
      push_decorated(spot.depth, node);
    else if (type == "function_definition" || type == "class_definition")
      definition(node, type, spot.depth);
    else if (type == "lambda")
      push_scope(spot.depth);
    else if (type == "assignment" && top())
      assignment(node, spot);
    else if (type == "named_expression" && top())
      bind(field_of(node, "name"), node, Kind::assignment);
    else if (type == "import_statement" || type == "import_from_statement")
      return import(node), false;
    else if (type == "print_statement" || type == "exec_statement")
      fault(node, "a statement of Python 2");
    else if (type == "string_start" && text_of(node, text_).find('`') != std::string_view::npos)
      fault(node, "a backquote");
    return true;
  }

  void leave(std::size_t depth) {
    if (frames_.empty() || frames_.back().depth != depth) return;
    owner_ = frames_.back().owner;
    if (frames_.back().scope) --scopes_;
    if (frames_.back().decorated) decorators_.clear(), decorated_.reset();
    frames_.pop_back();
  }

  /// A decorated definition begins: what is read from here on is its own.
  void push_decorated(std::size_t depth, TSNode decorated) {
    frames_.push_back({depth, owner_, false, true});
    decorated_ = decorated;
    own();
  }

  void push_scope(std::size_t depth) {
    frames_.push_back({depth, owner_, true, false});
    ++scopes_;
  }

  void own() {
    owner_ = out_.uses.size();
    out_.uses.emplace_back();
  }

  void definition(TSNode node, std::string_view type, std::size_t depth) {
    const bool named = top();
    push_scope(depth);
    if (!named) return;
    if (!decorated_) own();
    bind(field_of(node, "name"), decorated_.value_or(node), type == "class_definition" ? Kind::type : Kind::function);
    decorators_.clear();
  }

  void assignment(TSNode node, const Spot& spot) {
    frames_.push_back({spot.depth, owner_, false, false});
    if (spot.parent != "assignment") own();  // in `a = b = f()` both names own the right side
    const TSNode left = field_of(node, "left");
    if (ts_node_is_null(left)) return;
    walk(
        left,
        [&](TSNode target, const Spot&) {
          const std::string_view type = type_of(target);
          if (type == "identifier") bind(target, node, Kind::assignment);
          return type != "attribute" && type != "subscript";
        },
        [](std::size_t) {});
  }

  void bind(TSNode name, TSNode whole, Kind kind) {
    if (ts_node_is_null(name) || ts_node_is_missing(name)) return;
    out_.definitions.push_back({.name = std::string(text_of(name, text_)),
                                .kind = kind,
                                .decorators = decorators_,
                                .begin = ts_node_start_byte(whole),
                                .end = ts_node_end_byte(whole),
                                .line = static_cast<int>(ts_node_start_point(whole).row) + 1,
                                .uses = owner_});
  }

  void decorator(TSNode node) {
    TSNode what = ts_node_named_child(node, 0);
    if (!ts_node_is_null(what) && type_of(what) == "call") what = field_of(what, "function");
    if (ts_node_is_null(what)) return;
    if (auto name = dotted(what, text_)) decorators_.push_back(std::move(*name));
  }

  void call(TSNode node) {
    TSNode what = field_of(node, "function");
    if (ts_node_is_null(what)) return;
    const bool launch = type_of(what) == "subscript";
    if (launch) what = field_of(what, "value");
    if (ts_node_is_null(what)) return;
    if (auto name = dotted(what, text_)) (launch ? out_.uses[owner_].launches : out_.uses[owner_].calls).insert(*name);
  }

  void import(TSNode node) {
    const TSNode from = field_of(node, "module_name");
    const std::string module(ts_node_is_null(from) ? std::string_view{} : text_of(from, text_));
    if (!module.empty()) out_.imports.insert(module);
    walk(
        node,
        [&](TSNode item, const Spot& spot) {
          const bool listed = type_of(item) == "dotted_name" || type_of(item) == "aliased_import";
          if (spot.depth == 1 && listed && !ts_node_eq(item, from)) imported(item, module);
          return spot.depth == 0;
        },
        [](std::size_t) {});
  }

  /// One item of an import: "a.b", "a.b as c"; `module` is what stands after `from`, or empty.
  void imported(TSNode item, const std::string& module) {
    const TSNode alias = field_of(item, "alias"), name = field_of(item, "name");
    const std::string path(text_of(ts_node_is_null(alias) || ts_node_is_null(name) ? item : name, text_));
    if (module.empty()) out_.imports.insert(path);
    const std::string root = path.substr(0, path.find('.'));
    const std::string bound = ts_node_is_null(alias) ? root : std::string(text_of(alias, text_));
    const std::string whole = ts_node_is_null(alias) && module.empty() ? root : path;
    aliases_.insert_or_assign(bound, module.empty() ? whole : module + "." + path);
    if (top())
      out_.definitions.push_back({.name = bound,
                                  .kind = Kind::import,
                                  .decorators = {},
                                  .begin = ts_node_start_byte(item),
                                  .end = ts_node_end_byte(item),
                                  .line = static_cast<int>(ts_node_start_point(item).row) + 1});
  }

  void fault(TSNode node, std::string_view what) {
    out_.parses = false;
    if (!out_.trouble.empty()) return;
    out_.trouble = "line " + std::to_string(ts_node_start_point(node).row + 1) + ": " + std::string(what);
  }

  std::string resolved(const std::string& name) const {
    const auto dot = name.find('.');
    const auto alias = aliases_.find(name.substr(0, dot));
    if (alias == aliases_.end()) return name;
    return dot == std::string::npos ? alias->second : alias->second + name.substr(dot);
  }

  void resolve() {
    for (Definition& definition : out_.definitions)
      for (std::string& name : definition.decorators) name = resolved(name);
    for (Uses& uses : out_.uses) {
      std::set<std::string> calls;
      for (const std::string& name : uses.calls) calls.insert(resolved(name));
      uses.calls = std::move(calls);
    }
  }

  std::string_view text_;
  Outline out_;
  std::vector<Frame> frames_;
  std::size_t owner_{0}, scopes_{0};
  std::vector<std::string> decorators_;  ///< of the decorated definition being read
  std::optional<TSNode> decorated_;
  std::map<std::string, std::string> aliases_;
};

}  // namespace

Outline outline(std::string_view text) {
  Outline refused;
  refused.uses.emplace_back();
  if (too_many_tokens(text)) {
    refused.trouble = "longer than " + std::to_string(most_tokens) + " tokens: not read";
    return refused;
  }
  const Tree tree = parse(text);
  if (!tree) {
    refused.trouble = "not read: broken beyond what is worth reading (an unclosed string or bracket?)";
    return refused;
  }
  Outline out = Reader(text).read(ts_tree_root_node(tree.get()));
  if (text.find('\0') != std::string_view::npos) out.parses = false, out.trouble = "a NUL byte";
  if (!out.parses && out.trouble.empty()) out.trouble = "this cannot be read as Python";
  if (out.parses) out.shape = shape(ts_tree_root_node(tree.get()), text);
  return out;
}

}  // namespace touchstone::python
