#pragma once
// Where plugins lie: <folder>/<kind>s/<name>.so, in the folders of a search path that no config file can change.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "touchstone/result.hpp"

namespace touchstone {

inline constexpr std::string_view plugin_kinds[] = {"model", "suite", "metric", "profiler", "runtime"};

/// The search path: folders from the command line, those of TOUCHSTONE_PLUGIN_PATH (`environment`, separated by colons,
/// may be empty), the installation's. Errors (config): a relative folder, for it would depend on the current one.
Result<std::vector<std::string>> search_path(std::span<const std::string> given, std::string_view environment,
                                             const std::string& installed);

/// A plugin's file by its place, not opened yet.
struct PluginFile {
  std::string kind, name, path;
};

/// Every *.so under <kind>s/, sorted by kind, name and position of the folder. Folders that are not there count as
/// empty.
std::vector<PluginFile> list_plugins(std::span<const std::string> folders);

/// The one file of that kind and name. Errors: none (config, with the nearest name and where was looked), two different
/// files (plugin, naming both), a file or folder that everybody may write (plugin).
Result<PluginFile> find_plugin(std::span<const std::string> folders, std::string_view kind, std::string_view name);

/// Error where the file, its folder or the folder above may be written by everybody, or is not there.
Result<None> check_trusted(const PluginFile& file);

}  // namespace touchstone
