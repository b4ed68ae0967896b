#pragma once
#include <string_view>

#include "channel.hpp"

namespace touchstone::tritonbench {

/// A coarse family by words of the operator's name, for grouping in reports. The first rule that fits wins; the rules
/// are in the README of this folder. Upstream has no such field.
std::string_view family_of(std::string_view id, const Channel& channel);

}  // namespace touchstone::tritonbench
