#pragma once
// Really Triton? Evidence, not a grep (design 7.4): what launched, what a library did, whether kernels compile.

#include <optional>
#include <string>
#include <vector>

#include "touchstone/attempt.hpp"
#include "touchstone/task.hpp"

namespace touchstone {

/// What the checker said of one call, or what the execution came to where there was nothing to compare.
struct CallVerdict {
  int index{0};
  std::string outcome, reason;
  Value details;
  bool raised{false};        ///< it raised, as the reference does
  double reference_work{0};  ///< elements moved and multiply-adds of the reference's compute operators
  std::string where{};       ///< entry and case: "softmax (odd rows)"
  bool trivial{false};       ///< every result holds one value only: no kernel need have made it
};

/// A library may do so much of the reference's work beside the candidate's kernels: more is `not_triton`.
inline constexpr double library_share_allowed = 0.1;

/// Library work in one call up to this many elements moved says nothing of that call: it counts in all calls' sum
/// alone.
inline constexpr double library_tail_allowed = 4096;

struct Finding {
  std::string outcome, reason;
  Value details;
};

/// Looks at an execution whose every call passed; nothing found means that it stays `passed`.
std::optional<Finding> examine(const Task& task, const Execution& execution, const std::vector<CallVerdict>& calls);

}  // namespace touchstone
