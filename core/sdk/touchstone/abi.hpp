#pragma once
// The frozen border of a plugin: one exported constant of C layout. Nothing typed is touched before every field agrees.

#include <cstdint>

namespace touchstone {

inline constexpr std::uint64_t abi_magic = 0x31454E4F54534854;  // "THSTONE1"
inline constexpr std::uint32_t abi_version = 4;
inline constexpr const char* abi_symbol = "touchstone_plugin";

/// Never changes its layout; what it points to is constant and lives as long as the library.
extern "C" struct PluginHeader {
  std::uint64_t magic;
  std::uint32_t header_size;
  std::uint32_t abi;
  const char* kind;  ///< model, suite, metric, profiler, runtime
  const char* name;  ///< file name without .so, and the name in YAML
  const char* version;
  const char* summary;     ///< one line
  const char* toolchain;   ///< toolchain_fingerprint() of the build
  const void* descriptor;  ///< a PluginDescriptor<Interface> of that kind
};

}  // namespace touchstone
