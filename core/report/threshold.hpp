#pragma once
// `--fail-on`: a figure that must not be reached, so that a script can act on a run.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/summary.hpp"
#include "touchstone/result.hpp"

namespace touchstone {

/// "call accuracy < 80 %": the run fails where a model's figure is so. `value` is in the figure's base unit (1 = 100
/// %, seconds, bytes).
struct Threshold {
  Tag tag;
  std::string comparison;  ///< <, <=, > or >=
  double value{0};
};

/// `tags` are those of the run. Errors: config, naming what is wrong with the expression and the figures there are.
Result<Threshold> read_threshold(std::string_view expression, std::span<const Tag> tags);

/// One line a figure of a model that the threshold fails. A figure that nothing measured fails too.
std::vector<std::string> failures(const Threshold& threshold, const std::vector<Group>& groups);

}  // namespace touchstone
