#include "host/library.hpp"

#define BOOST_DLL_USE_STD_FS
#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cctype>

#include "host/discovery.hpp"
#include "host/elf.hpp"
#include "touchstone/toolchain.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

constexpr const char* rebuild =
    "build the plugin again, with this version's SDK and the compiler family of this program";

Error refused(const std::string& path, std::string what, std::string hint = rebuild) {
  return {ErrorCode::plugin, std::move(what), path, std::move(hint)};
}

/// The loader's own words, "undefined symbol: x", without the path before and Boost's guess behind them.
std::string cause_of(std::string what, const std::string& path) {
  const std::size_t at = what.rfind(path + ": ");
  if (at == std::string::npos) return what;
  what = what.substr(at + path.size() + 2);
  return what.substr(0, what.rfind("): "));
}

/// Keeps the library mapped for ever, whatever flags it was linked with: instances, strings and exceptions of it may
/// outlive any handle.
void pin(const std::string& path) { ::dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE); }

Result<const PluginHeader*> header_of(const std::string& path) {
  using boost::dll::load_mode::rtld_local;
  using boost::dll::load_mode::rtld_now;
  try {
    const boost::dll::shared_library library(path, rtld_now | rtld_local);
    pin(path);
    return &library.get<const PluginHeader>(abi_symbol);
  } catch (const std::exception& exception) {
    return refused(path, "cannot be loaded: " + cause_of(exception.what(), path),
                   "link the plugin with -z defs, so that the linker names what is missing");
  }
}

bool is_type(const std::string& word) { return std::isupper(static_cast<unsigned char>(word.front())) != 0; }

/// The words of one fingerprint that the other lacks; sizes of types only where nothing else differs, for another
/// library changes most of them.
std::string differing(std::string_view mine, std::string_view other) {
  std::vector<std::string> library, types;
  const auto others = split(other, ' ');
  for (std::string& word : split(mine, ' '))
    if (!word.empty() && std::ranges::find(others, word) == others.end())
      (is_type(word) ? types : library).push_back(std::move(word));
  return join(library.empty() ? types : library, " ");
}

Result<None> check_toolchain(std::string_view theirs, const std::string& path) {
  const std::string_view ours = toolchain_fingerprint();
  if (theirs == ours) return None{};
  const std::string built = differing(theirs, ours), program = differing(ours, theirs);
  const bool same_library = built.empty() || program.empty() || (is_type(built) && is_type(program));
  return refused(path, fmt::format("built with [{}], this program with [{}]", built, program),
                 same_library ? "sizes are in bytes; " + std::string(rebuild)
                              : "build both with one C++ library and the same of its flags");
}

}  // namespace

Result<None> check_header(const PluginHeader& header, const Expected& expected, const std::string& path) {
  if (header.magic != abi_magic)
    return refused(path, fmt::format("the symbol {} is not a plugin's header", abi_symbol),
                   "declare it by TOUCHSTONE_PLUGIN");
  if (header.header_size != sizeof(PluginHeader))
    return refused(
        path, fmt::format("its header has {} bytes, this program's has {}", header.header_size, sizeof(PluginHeader)));
  if (header.abi != abi_version) {
    const bool newer = header.abi > abi_version;
    return refused(path, fmt::format("built for plugin ABI {}, this program has ABI {}", header.abi, abi_version),
                   newer ? "install a newer Touchstone, or build the plugin with this one's SDK" : rebuild);
  }
  if (!header.kind || !header.name || !header.version || !header.summary || !header.toolchain)
    return refused(path, "its header lacks a text", "declare it by TOUCHSTONE_PLUGIN");
  if (std::ranges::find(plugin_kinds, header.kind) == std::end(plugin_kinds))
    return refused(path, fmt::format("its kind is '{}', which is none", header.kind),
                   "declare it by TOUCHSTONE_PLUGIN");
  if (!expected.kind.empty() && expected.kind != header.kind)
    return refused(path, fmt::format("it is a {}, but lies among the {}s", header.kind, expected.kind),
                   fmt::format("move it to {}s/{}.so", header.kind, header.name));
  if (!expected.name.empty() && expected.name != header.name)
    return refused(path, fmt::format("it calls itself '{}', its file is {}.so", header.name, expected.name),
                   fmt::format("rename the file to {}.so", header.name));
  if (const auto fits = check_toolchain(header.toolchain, path); !fits) return fits;
  if (!header.descriptor) return refused(path, "its header has no descriptor", "declare it by TOUCHSTONE_PLUGIN");
  return None{};
}

Result<const PluginHeader*> open_library(const std::string& path, const Expected& expected) {
  const auto exported = exports_symbol(path, abi_symbol);
  if (!exported) return exported.error();
  if (!*exported)
    return Error{ErrorCode::unavailable, fmt::format("not a Touchstone plugin: it exports no symbol {}", abi_symbol),
                 path, "declare one by TOUCHSTONE_PLUGIN, or remove the file"};
  const auto header = header_of(path);
  if (!header) return header.error();
  if (const auto fits = check_header(**header, expected, path); !fits) return fits.error();
  return *header;
}

}  // namespace touchstone
