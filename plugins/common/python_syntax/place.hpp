#pragma once
// Where a node stands in a kernel: what is an address, a size, an idle mask. Internal to this library.

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "tree.hpp"

namespace touchstone::python {

using Words = std::vector<std::string_view>;

inline constexpr std::size_t deepest = 80;          ///< nodes below a kernel's body; nobody writes deeper
inline constexpr std::size_t longest_around = 400;  ///< bytes of an expression that can still be shown

bool holds(const Words& words, std::string_view word);

inline bool is_number(TSNode node) { return type_of(node) == "integer" || type_of(node) == "float"; }

/// Calls that touch memory: tl.load, tl.store and atomics.
bool is_access(std::string_view callee);

/// The path from a kernel's body down to the node that a walk visits, and the loops around it.
class Place {
 public:
  explicit Place(std::string_view text) : text_(text) {}

  /// Another kernel's body is going to be visited.
  void begin(TSNode body);

  void push(TSNode node) { path_.push_back(node); }
  void pop();
  std::size_t depth() const { return path_.size(); }
  /// The visited node is a for statement: until it is left, what it assigns counts as a loop's.
  void enter_loop();
  bool in_loop() const { return !loops_.empty(); }

  /// The node `up` levels above the visited one; the body where there is none.
  TSNode above(std::size_t up) const { return up < path_.size() ? path_[path_.size() - 1 - up] : path_.front(); }
  std::string_view said(TSNode node) const { return text_of(node, text_); }
  /// The smallest expression or statement that says what the visited node is part of.
  TSNode around() const;

  /// "sum" of `tl.sum(…)` and of `x.sum(…)`, "helper" of `helper(…)`.
  std::string_view callee(TSNode call) const;
  /// A call's arguments in order, without comments; none where they are too many or no list.
  std::vector<TSNode> arguments(TSNode call) const;
  /// The name of a keyword argument; empty for others.
  std::string_view keyword_of(TSNode argument) const;
  /// The value of a keyword argument; null where there is none.
  TSNode given(TSNode call, std::string_view keyword) const;

  /// Whether the visited node is part of an address: an access's first argument, or something made of a pointer.
  bool is_address() const;
  /// Whether the visited number is no size, axis, exponent or hint, and not what a load gives for masked lanes.
  bool is_value() const;
  /// Whether `what`, at or above the visited node, is in a load's mask and decides nothing there, or in a named mask
  /// that only such loads take.
  bool is_idle(TSNode what) const;
  /// Whether a load's mask, or this part of it, can matter. In a loop, what does not change with it only says which
  /// lanes there are, and those beyond are stored by nobody; outside, only what is summed matters. A load that gives
  /// nothing else or an index (a whole number) for masked lanes needs its mask for its own safety alone.
  bool decides(TSNode load, TSNode what) const;
  /// Whether all lanes of a load go into one value: it stands in a reduction or in what a loop adds by `+=`, or its
  /// name is the only one in one of these.
  bool is_summed(TSNode load) const { return summed_loads_.contains(ts_node_start_byte(load)); }

 private:
  struct Loop {
    std::size_t depth;
    std::set<std::string_view> names;  ///< what it assigns
  };

  /// Where a name is used, but for what it is itself made of.
  struct Uses {
    std::vector<TSNode> masked;  ///< loads whose masks hold it
    bool elsewhere{false};
  };

  void note_summed(TSNode value);
  void note_use(std::string_view name);
  bool stands_in_sum() const;
  TSNode masked_load() const;
  bool is_first(TSNode call, TSNode argument) const;

  std::string_view text_;
  std::vector<TSNode> path_;
  std::vector<Loop> loops_;
  std::set<std::string_view> summed_;     ///< names that are all of what some reduction takes
  std::set<std::uint32_t> summed_loads_;  ///< where they begin
  std::map<std::string_view, Uses> uses_;
};

}  // namespace touchstone::python
