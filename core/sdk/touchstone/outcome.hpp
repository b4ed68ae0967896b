#pragma once
// The closed list of what can become of an attempt, worst last (design 7.5).

#include <array>
#include <cstddef>
#include <string_view>

namespace touchstone {

inline constexpr std::array<std::string_view, 17> outcomes{
    "passed",        "not_triton", "wrong_value", "wrong_dtype",      "wrong_shape",     "wrong_structure",
    "mutated_input", "call_error", "load_error",  "no_entry",         "no_code",         "timeout",
    "device_error",  "crash",      "resource",    "generation_error", "policy_violation"};

/// Outside the order: counted and shown, never scored.
inline constexpr std::array<std::string_view, 2> unscored_outcomes{"not_judged", "infrastructure"};

/// Position in `outcomes`, so that the worst of two is the greater; outcomes.size() for a name outside the list.
constexpr std::size_t severity(std::string_view outcome) {
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    if (outcomes[i] == outcome) return i;
  return outcomes.size();
}
constexpr bool is_scored(std::string_view outcome) { return severity(outcome) < outcomes.size(); }
/// Every call returned: `passed` to `mutated_input`.
constexpr bool is_called(std::string_view outcome) { return severity(outcome) <= severity("mutated_input"); }
/// Right values: `passed` and `not_triton`.
constexpr bool is_executed(std::string_view outcome) { return severity(outcome) <= severity("not_triton"); }
constexpr bool is_triton(std::string_view outcome) { return outcome == "passed"; }

}  // namespace touchstone
