#pragma once
// The form of a text, whatever its names, comments and layout. Internal to this library; Outline::shape holds it.

#include <tree_sitter/api.h>

#include <string>
#include <string_view>

namespace touchstone::python {

/// 16 hex digits, equal for texts that have the same tree once names of their own are numbered by appearance; names of
/// attributes, keywords and modules count as they stand.
std::string shape(TSNode root, std::string_view text);

}  // namespace touchstone::python
