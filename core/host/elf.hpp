#pragma once
// What a shared library exports, read from the file without running a line of it.

#include <string>
#include <string_view>

#include "touchstone/result.hpp"

namespace touchstone {

/// Whether the file's dynamic symbol table defines `symbol`. Errors (plugin): not readable, not a shared library of
/// this machine, cut short or inconsistent.
///
/// Boost.DLL 1.74's library_info is not used for this: it reads the static symbol table, which `strip` removes, and
/// trusts every offset in the file.
Result<bool> exports_symbol(const std::string& path, std::string_view symbol);

}  // namespace touchstone
