#pragma once
// One of n parts of a plan, for n machines: which samples it takes depends on their keys alone, not on the machine.

#include <string>
#include <string_view>

#include "touchstone/result.hpp"

namespace touchstone {

struct Shard {
  int index{1}, count{1};
  bool whole() const { return count == 1; }
  /// Whether the sample with this key (PlannedSample::asked) is of this part; every key is of exactly one.
  bool takes(std::string_view key) const;
  std::string text() const { return std::to_string(index) + "/" + std::to_string(count); }
};

/// Reads "2/8". Error (config): not of this form, or not from 1/n to n/n.
Result<Shard> read_shard(const std::string& text);

}  // namespace touchstone
