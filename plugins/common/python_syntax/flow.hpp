#pragma once
// Data flow by CodeXGLUE's rules. Internal to this library; Form::flows holds it.

#include <cstdint>
#include <string_view>
#include <vector>

#include "nodes.hpp"

namespace touchstone::python {

/// As Form::flows says; none where the rules break down (an accident of theirs), the tree is deeper than 900 or the
/// work more than a budget.
std::vector<std::uint64_t> flows(const std::vector<Node>& nodes, std::string_view text);

}  // namespace touchstone::python
