#pragma once
// A plugin's file, opened and its header checked. library.cpp is the only user of Boost.DLL. A library is never
// unloaded.

#include <string>
#include <string_view>

#include "touchstone/abi.hpp"
#include "touchstone/result.hpp"

namespace touchstone {

/// What a file is expected to be: it lies at <kind>s/<name>.so. An empty text expects nothing.
struct Expected {
  std::string_view kind, name;
};

/// Opens the file and checks its header. Every error (plugin) has the path and its own message: what was built for
/// what, and how to mend it. A file without the symbol is not opened at all (unavailable: it is no plugin). The header
/// lives as long as the program.
Result<const PluginHeader*> open_library(const std::string& path, const Expected& expected);

/// The checks alone, in order: magic, header size, ABI, kind, name, toolchain, descriptor. `path` is for errors.
Result<None> check_header(const PluginHeader& header, const Expected& expected, const std::string& path);

}  // namespace touchstone
