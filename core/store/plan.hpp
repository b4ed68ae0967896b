#pragma once
// What shaped a run's records, as a tree: the same command goes on only while it is the same.

#include <string>
#include <vector>

#include "touchstone/value.hpp"

namespace touchstone {

/// Every difference in words, in the order of the new plan: "models[example].temperature: was 0.2, is now 0.8". Items
/// of lists are told apart by their `as`, `name`, `use` or `id`, otherwise by position. The order of a map's keys
/// is no difference, that of a list is. Empty where the plans are equal.
std::vector<std::string> compare_plans(const Value& before, const Value& now);

}  // namespace touchstone
