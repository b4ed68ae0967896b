#include "shape.hpp"

#include <map>

#include "common/fnv1a/fnv1a.hpp"
#include "tree.hpp"

namespace touchstone::python {
namespace {

/// A string that stands alone as a statement: a docstring, or as good as a comment.
bool is_remark(TSNode node) {
  return type_of(node) == "expression_statement" && ts_node_named_child_count(node) == 1 &&
         type_of(ts_node_named_child(node, 0)) == "string";
}

/// Whether an identifier there is somebody else's name, which means what it says: an attribute or a keyword.
bool is_fixed(const Spot& spot) {
  return (spot.parent == "attribute" && spot.index > 0) || (spot.parent == "keyword_argument" && spot.index == 0) ||
         spot.parent == "dotted_name";
}

}  // namespace

std::string shape(TSNode root, std::string_view text) {
  Fnv1a digest;
  const auto add = [&](std::string_view part) { digest.add(part).add('\xff'); };  // in no UTF-8: where a part ends
  std::map<std::string_view, std::string> names;  // the text's own, by order of appearance
  const auto enter = [&](TSNode node, const Spot& spot) {
    if (type_of(node) == "comment" || is_remark(node)) return false;
    add(std::to_string(spot.depth));
    add(type_of(node));
    if (type_of(node) == "identifier" && !is_fixed(spot))
      add(names.try_emplace(text_of(node, text), std::to_string(names.size())).first->second);
    else if (ts_node_child_count(node) == 0)
      add(text_of(node, text));
    return true;
  };
  walk(root, enter, [](std::size_t) {});
  return digest.hex();
}

}  // namespace touchstone::python
