#include "place.hpp"

#include <algorithm>

namespace touchstone::python {
namespace {

constexpr std::uint32_t most_arguments = 32;

const Words accesses{"load",       "store",      "atomic_add", "atomic_max",
                     "atomic_min", "atomic_and", "atomic_or",  "atomic_xor"};
/// Calls whose numbers are sizes: another one does not compile.
const Words shapes{"zeros", "arange",       "reshape",     "view", "permute",
                   "trans", "broadcast_to", "expand_dims", "cast", "float"};
/// Calls whose first argument is a value, and the others are axes.
const Words along{"sum",     "max",  "min",  "argmax", "argmin",          "cumsum",
                  "cumprod", "sort", "flip", "reduce", "associative_scan"};
/// What an expression may be wrapped in without becoming part of another.
const Words wraps{"argument_list", "keyword_argument", "parenthesized_expression", "unary_operator", "tuple"};

}  // namespace

bool holds(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_access(std::string_view callee) { return holds(accesses, callee); }

void Place::pop() {
  path_.pop_back();
  if (!loops_.empty() && loops_.back().depth == path_.size()) loops_.pop_back();
}

void Place::enter_loop() {
  Loop made{path_.size() - 1, {}};
  const auto name = [&](TSNode it, const Spot& spot) {
    if (type_of(it) == "identifier") made.names.insert(said(it));
    return spot.depth < 3;
  };
  const auto statement = [&](TSNode it, const Spot& spot) {
    const std::string_view type = type_of(it);
    if (type == "assignment" || type == "augmented_assignment" || type == "for_statement")
      if (const TSNode left = field_of(it, "left"); !ts_node_is_null(left)) walk(left, name, [](std::size_t) {});
    return spot.depth < deepest;
  };
  walk(path_.back(), statement, [](std::size_t) {});
  loops_.push_back(std::move(made));
}

TSNode Place::around() const {
  std::size_t up = 1;
  while (up < path_.size() && holds(wraps, type_of(above(up)))) ++up;
  return above(up);
}

std::string_view Place::callee(TSNode call) const {
  TSNode what = field_of(call, "function");
  if (!ts_node_is_null(what) && type_of(what) == "attribute") what = field_of(what, "attribute");
  return ts_node_is_null(what) ? std::string_view{} : said(what);
}

std::vector<TSNode> Place::arguments(TSNode call) const {
  std::vector<TSNode> out;
  const TSNode list = field_of(call, "arguments");
  if (ts_node_is_null(list) || type_of(list) != "argument_list") return out;
  const std::uint32_t count = ts_node_named_child_count(list);
  for (std::uint32_t i = 0; i < count && count <= most_arguments; ++i) {
    const TSNode child = ts_node_named_child(list, i);
    if (type_of(child) != "comment") out.push_back(child);
  }
  return out;
}

std::string_view Place::keyword_of(TSNode argument) const {
  if (type_of(argument) != "keyword_argument") return {};
  const TSNode name = field_of(argument, "name");
  return ts_node_is_null(name) ? std::string_view{} : said(name);
}

bool Place::has_keyword(TSNode call, std::string_view name) const {
  const auto given = arguments(call);
  return std::any_of(given.begin(), given.end(), [&](TSNode it) { return keyword_of(it) == name; });
}

bool Place::is_first(TSNode call, TSNode argument) const {
  const TSNode list = field_of(call, "arguments");
  return !ts_node_is_null(list) && ts_node_eq(ts_node_named_child(list, 0), argument);
}

bool Place::is_address() const {
  const auto pointer = [&](TSNode node, std::string_view mark) {
    return said(node).size() > longest_around || said(node).find(mark) != std::string_view::npos;
  };
  for (std::size_t up = 1; up < path_.size(); ++up) {
    const TSNode node = above(up);
    const std::string_view type = type_of(node);
    if (type == "binary_operator" && pointer(node, "_ptr")) return true;
    if (type == "call" && up > 1 && is_access(callee(node)) && is_first(node, above(up - 2))) return true;
    if (type == "assignment" || type == "augmented_assignment") {
      const TSNode left = field_of(node, "left");
      return !ts_node_is_null(left) && pointer(left, "ptr");
    }
  }
  return false;
}

bool Place::is_value() const {
  for (std::size_t up = 1; up < path_.size(); ++up) {
    const TSNode node = above(up), below = above(up - 1);
    const std::string_view type = type_of(node);
    if (type == "subscript" && !ts_node_eq(field_of(node, "value"), below)) return false;
    if (type == "keyword_argument" && keyword_of(node) != "mask") return false;
    if (type == "binary_operator" && said(field_of(node, "operator")) == "**") return false;
    if (type != "call" || up < 2 || type_of(below) != "argument_list") continue;
    const std::string_view name = callee(node);
    const bool first = is_first(node, above(up - 2));
    if (holds(shapes, name) || (name == "full" && first) || (holds(along, name) && !first)) return false;
    if ((name == "range" || name == "static_range") && up == 2) return false;
  }
  return true;
}

bool Place::is_idle(TSNode what) const {
  for (std::size_t up = 1; up + 2 < path_.size(); ++up) {
    if (keyword_of(above(up)) != "mask") continue;
    const TSNode call = above(up + 2);
    return type_of(call) == "call" && callee(call) == "load" && !decides(call, what);
  }
  return false;
}

bool Place::decides(TSNode load, TSNode what) const {
  if (loops_.empty()) return has_keyword(load, "other");
  if (said(what).size() > longest_around) return false;
  bool found = false;
  const auto look = [&](TSNode node, const Spot&) {
    const auto assigned = [&](const Loop& it) { return it.names.contains(said(node)); };
    found = found || (type_of(node) == "identifier" && std::any_of(loops_.begin(), loops_.end(), assigned));
    return !found;
  };
  walk(what, look, [](std::size_t) {});
  return found;
}

}  // namespace touchstone::python
