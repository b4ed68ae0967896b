#pragma once
// "Did you mean …?"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace touchstone {

/// How many letters must be added, removed, replaced or swapped with their neighbour to turn one text into the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The known name nearest to a mistyped one, or nothing where none is near enough to be meant (a third of its letters).
std::optional<std::string> nearest(std::string_view given, std::span<const std::string> known);

}  // namespace touchstone
