#pragma once
// The frozen border of a plugin: one exported constant of C layout. Nothing typed is touched before every field agrees.

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace touchstone {

inline constexpr std::uint64_t abi_magic = 0x31454E4F54534854;  // "THSTONE1"
inline constexpr std::uint32_t abi_version = 1;
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

namespace detail {
template <std::size_t N>
struct Text {
  std::array<char, N> data{};
  std::size_t size{0};
  constexpr void add(const char* text) {
    while (*text) data[size++] = *text++;
  }
  constexpr void add(std::size_t number) {
    char digits[20]{};
    int n = 0;
    do digits[n++] = static_cast<char>('0' + number % 10);
    while (number /= 10);
    while (n) data[size++] = digits[--n];
  }
};

constexpr auto make_fingerprint() {
  Text<160> out;
#if defined(_GLIBCXX_USE_CXX11_ABI)
  out.add("libstdc++ cxx11abi=");
  out.add(std::size_t{_GLIBCXX_USE_CXX11_ABI});
#elif defined(_LIBCPP_VERSION)
  out.add("libc++");
#endif
#if defined(_GLIBCXX_DEBUG)
  out.add(" debug");
#endif
  out.add(" string=");
  out.add(sizeof(std::string));
  out.add(" vector=");
  out.add(sizeof(std::vector<int>));
  out.add(" map=");
  out.add(sizeof(std::map<int, int>));
  return out;
}
inline constexpr auto fingerprint = make_fingerprint();
}  // namespace detail

/// The C++ ABI family that a library was built for: library, its flags and sizes of crossing types; not the compiler's
/// version, so that a bundle built by g++ 12 takes a plugin built by g++ 13.
constexpr const char* toolchain_fingerprint() { return detail::fingerprint.data.data(); }

}  // namespace touchstone
