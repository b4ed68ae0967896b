#include "form.hpp"

#include <cstdlib>

#include "flow.hpp"
#include "nodes.hpp"

namespace touchstone::python {
namespace {

constexpr std::uint64_t missing = number_of("MISSING");
constexpr std::uint64_t unnamed = number_of("unnamed");

/// What tree-sitter says of a stretch that it could read nothing in: "(UNEXPECTED 'c')", which no other call tells.
std::uint64_t unexpected(TSNode node) {
  char* said = ts_node_string(node);
  const std::uint64_t out = number_of(said);
  std::free(said);
  return out;
}

/// Children before parents: from the end, because parents come first. A parent's number is made of its children's in
/// the order of the text, so they are taken when it is reached.
std::vector<std::uint64_t> subtrees(const std::vector<Node>& nodes) {
  std::vector<std::uint64_t> number(nodes.size()), out;
  for (std::size_t i = nodes.size(); i-- > 0;) {
    const Node& node = nodes[i];
    std::uint64_t state = node.type_number;
    if (node.missing) state = mix(state, missing);
    if (!node.named) state = mix(state, unnamed);
    if (node.children == 0 && node.type == "ERROR") state = unexpected(node.it);
    for (std::uint32_t at = node.first; at != none; at = nodes[at].next)
      if (nodes[at].is_seen()) state = mix(mix(state, nodes[at].field_number), number[at]);
    number[i] = state;
    if (node.children || i == 0) out.push_back(state);
  }
  return out;
}

}  // namespace

Form form(std::string_view text) {
  Form out;
  if (too_many_tokens(text)) return out;
  const Tree tree = parse(text);
  if (!tree) return out;
  out.read = true;
  const std::vector<Node> nodes = nodes_of(ts_tree_root_node(tree.get()));
  out.subtrees = subtrees(nodes);
  out.flows = flows(nodes, text);
  return out;
}

}  // namespace touchstone::python
