#pragma once
// What flow.cpp finds: which variable at which place comes from which. Internal to this library.

#include <cstdint>
#include <span>
#include <vector>

#include "tokens.hpp"

namespace touchstone::python {

using Names = std::vector<std::uint32_t>;  ///< of tokens, nodes or names: all are numbers
using NameSpan = std::span<const std::uint32_t>;

/// Bounds the work on hostile text (loops in loops double it each); what is broken stays so, and has no data flow.
class Budget {
 public:
  bool spend(std::size_t work) {
    spent_ += work;
    if (spent_ > most) broken_ = true;
    return !broken_;
  }
  void end() { broken_ = true; }
  bool broken() const { return broken_; }

 private:
  static constexpr std::size_t most = 4'000'000;  // nodes, names and states touched
  std::size_t spent_{0};
  bool broken_{false};
};

class Entries {
 public:
  Entries(const Tokens& tokens, Budget& budget) : tokens_(tokens), budget_(budget), used_(tokens.size(), false) {}

  std::size_t size() const { return entries_.size(); }
  /// These tokens have to do with others: their entries count.
  void use(NameSpan tokens) {
    for (const std::uint32_t it : tokens) used_[it] = true;
  }
  /// Each of `to` comes from all of `from` (a token's name), in this order.
  void add(NameSpan to, bool computed, NameSpan from);
  /// What both turns of a loop found since there were `begin` entries becomes one: same place, same relation.
  void merge_from(std::size_t begin);
  /// One number an entry, as Form::flows says.
  std::vector<std::uint64_t> numbers();

 private:
  /// One variable at one place, and where it comes from: names [first, first + count) of the pool.
  struct Entry {
    std::uint32_t token;
    bool computed;
    std::uint32_t first, count;
  };

  void unite(Entry& into, const Entry& more);
  std::vector<Entry> merged();

  const Tokens& tokens_;
  Budget& budget_;
  std::vector<bool> used_;
  std::vector<Entry> entries_;
  Names pool_;
  Names seen_;  ///< by name: in which turn unite() last saw it
  std::uint32_t turn_{0};
};

}  // namespace touchstone::python
