#pragma once
// The least work of one call, as operator.yaml says it: "2 * x.bytes + rows * 4".

#include <span>
#include <string_view>

#include "touchstone/error.hpp"
#include "touchstone/value.hpp"

namespace touchstone::operators {

/// Adds what is wrong with `cost`: a key, a name that is no argument, a property that no tensor has, a sign that is no
/// arithmetic. `arguments` are the entry's.
void check_cost(const Value& cost, std::span<const std::string_view> arguments, Errors& errors);

}  // namespace touchstone::operators
