#include "shape.hpp"

#include <cstdint>
#include <map>

#include "tree.hpp"

namespace touchstone::python {
namespace {

/// FNV-1a, 64 bits: enough to tell apart the goldens of a suite, and the same everywhere.
class Digest {
 public:
  void add(std::string_view part) {
    for (const char c : part) mix(static_cast<unsigned char>(c));
    mix(0xFF);  // in no UTF-8: where one part ends
  }
  std::string hex() const {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += digits[(state_ >> shift) & 15];
    return out;
  }

 private:
  void mix(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001b3ULL; }
  std::uint64_t state_{0xcbf29ce484222325ULL};
};

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
  Digest digest;
  std::map<std::string_view, std::string> names;  // the text's own, by order of appearance
  const auto enter = [&](TSNode node, const Spot& spot) {
    if (type_of(node) == "comment" || is_remark(node)) return false;
    digest.add(std::to_string(spot.depth));
    digest.add(type_of(node));
    if (type_of(node) == "identifier" && !is_fixed(spot))
      digest.add(names.try_emplace(text_of(node, text), std::to_string(names.size())).first->second);
    else if (ts_node_child_count(node) == 0)
      digest.add(text_of(node, text));
    return true;
  };
  walk(root, enter, [](std::size_t) {});
  return digest.hex();
}

}  // namespace touchstone::python
