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

void Place::begin(TSNode body) {
  summed_.clear();
  const auto look = [&](TSNode it, const Spot& spot) {
    if (type_of(it) == "augmented_assignment") note_summed(field_of(it, "right"));
    if (type_of(it) == "call" && holds(along, callee(it)))
      if (const auto values = arguments(it); !values.empty()) note_summed(values.front());
    return spot.depth < deepest;
  };
  walk(body, look, [](std::size_t) {});
  summed_loads_.clear();
  uses_.clear();
  const auto enter = [&](TSNode it, const Spot& spot) {
    push(it);
    if (type_of(it) == "identifier" && !(spot.parent == "keyword_argument" && spot.index == 0)) note_use(said(it));
    if (type_of(it) == "call" && callee(it) == "load" && stands_in_sum()) summed_loads_.insert(ts_node_start_byte(it));
    return depth() < deepest;
  };
  walk(body, enter, [&](std::size_t) { pop(); });
}

void Place::note_summed(TSNode value) {
  if (ts_node_is_null(value) || said(value).size() > longest_around) return;
  std::set<std::string_view> names;
  const auto look = [&](TSNode it, const Spot& spot) {
    const bool module = spot.parent == "attribute" && said(it) == "tl";
    if (type_of(it) == "identifier" && !module && !(spot.parent == "attribute" && spot.index > 0))
      names.insert(said(it));
    return true;
  };
  walk(value, look, [](std::size_t) {});
  if (names.size() == 1) summed_.insert(*names.begin());
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

TSNode Place::given(TSNode call, std::string_view keyword) const {
  for (const TSNode it : arguments(call))
    if (keyword_of(it) == keyword) return field_of(it, "value");
  return TSNode{};
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

/// The load in whose mask the visited node stands, or null.
TSNode Place::masked_load() const {
  for (std::size_t up = 1; up + 2 < path_.size(); ++up) {
    if (keyword_of(above(up)) != "mask") continue;
    return type_of(above(up + 2)) == "call" && callee(above(up + 2)) == "load" ? above(up + 2) : TSNode{};
  }
  return TSNode{};
}

void Place::note_use(std::string_view name) {
  for (std::size_t up = 1; up < path_.size(); ++up) {
    if (type_of(above(up)) != "assignment") continue;
    const TSNode left = field_of(above(up), "left");
    if (!ts_node_is_null(left) && said(left) == name) return;
  }
  Uses& uses = uses_[name];
  const TSNode load = masked_load();
  if (ts_node_is_null(load) || uses.masked.size() == most_arguments)
    uses.elsewhere = true;
  else
    uses.masked.push_back(load);
}

bool Place::is_idle(TSNode what) const {
  const auto idle = [&](TSNode load) { return !decides(load, what); };
  if (const TSNode load = masked_load(); !ts_node_is_null(load)) return idle(load);
  for (std::size_t up = 1; up < path_.size(); ++up) {
    if (type_of(above(up)) != "assignment") continue;
    const TSNode left = field_of(above(up), "left");
    const auto it = ts_node_is_null(left) ? uses_.end() : uses_.find(said(left));
    return it != uses_.end() && !it->second.elsewhere &&
           std::all_of(it->second.masked.begin(), it->second.masked.end(), idle);
  }
  return false;
}

bool Place::decides(TSNode load, TSNode what) const {
  const TSNode other = given(load, "other");
  if (ts_node_is_null(what) || ts_node_is_null(other) || type_of(other) == "integer") return false;
  if (loops_.empty()) return is_summed(load);
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

/// Whether the visited load does.
bool Place::stands_in_sum() const {
  bool sum = false;  // found one, which is a sum over lanes where a loop goes through them
  for (std::size_t up = 1; up < path_.size(); ++up) {
    const TSNode node = above(up);
    const std::string_view type = type_of(node);
    if (type == "call" && holds(along, callee(node)) && is_first(node, above(up - 2))) return true;
    if (type == "augmented_assignment") sum = true;
    if (type == "for_statement" && sum) return true;
    if (type == "assignment") {
      const TSNode left = field_of(node, "left");
      return !ts_node_is_null(left) && summed_.contains(said(left));
    }
  }
  return false;
}

}  // namespace touchstone::python
