#include "host/discovery.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "util/file_system.hpp"
#include "util/nearest.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

namespace fs = std::filesystem;

/// The file behind links: two names of one file are no duplicates.
std::string real_path(const std::string& path) {
  std::error_code code;
  const fs::path out = fs::canonical(path, code);
  return code ? path : out.string();
}

Error not_found(std::span<const std::string> folders, std::string_view kind, std::string_view name) {
  std::vector<std::string> names;
  for (const PluginFile& file : list_plugins(folders))
    if (file.kind == kind) names.push_back(file.name);
  const auto near = nearest(name, names);
  std::string hint = near ? fmt::format("did you mean '{}'? ", *near) : "";
  hint += names.empty() ? "there is none" : "there are: " + join(names, ", ");
  hint +=
      fmt::format("; looked in {}",
                  folders.empty() ? "no folder" : join(std::vector<std::string>(folders.begin(), folders.end()), ", "));
  return {ErrorCode::config, fmt::format("no {} plugin is called '{}'", kind, name), "", hint};
}

}  // namespace

Result<std::vector<std::string>> search_path(std::span<const std::string> given, std::string_view environment,
                                             const std::string& installed) {
  std::vector<std::string> out(given.begin(), given.end());
  if (!environment.empty())
    for (std::string& folder : split(environment, ':')) out.push_back(std::move(folder));
  for (std::string& folder : out) {
    if (!fs::path(folder).is_absolute())
      return Error{ErrorCode::config, fmt::format("the plugin folder '{}' is not an absolute path", folder),
                   "--plugins or TOUCHSTONE_PLUGIN_PATH",
                   "write the whole path: plugins never depend on the current folder"};
    folder = fs::path(folder).lexically_normal().string();
  }
  if (!installed.empty()) out.push_back(installed);
  std::vector<std::string> distinct;
  for (std::string& folder : out)
    if (std::ranges::find(distinct, folder) == distinct.end()) distinct.push_back(std::move(folder));
  return distinct;
}

std::vector<PluginFile> list_plugins(std::span<const std::string> folders) {
  std::vector<PluginFile> out;
  for (const std::string_view kind : plugin_kinds) {
    const std::size_t first = out.size();
    for (const std::string& folder : folders) {
      const fs::path place = fs::path(folder) / fmt::format("{}s", kind);
      const auto names = list_folder(place.string());
      if (!names) continue;
      for (const std::string& file : *names)
        if (file.size() > 3 && file.ends_with(".so"))
          out.push_back({std::string(kind), file.substr(0, file.size() - 3), (place / file).string()});
    }
    std::stable_sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
                     [](const PluginFile& a, const PluginFile& b) { return a.name < b.name; });
  }
  return out;
}

Result<PluginFile> find_plugin(std::span<const std::string> folders, std::string_view kind, std::string_view name) {
  std::vector<PluginFile> found;
  for (PluginFile& file : list_plugins(folders))
    if (file.kind == kind && file.name == name) found.push_back(std::move(file));
  if (found.empty()) return not_found(folders, kind, name);
  for (const PluginFile& other : found)
    if (real_path(other.path) != real_path(found.front().path))
      return Error{ErrorCode::plugin, fmt::format("two {} plugins are called '{}'", kind, name),
                   found.front().path + " and " + other.path,
                   "remove one of them, or take its folder from the search path"};
  if (const auto trusted = check_trusted(found.front()); !trusted) return trusted.error();
  return found.front();
}

Result<None> check_trusted(const PluginFile& file) {
  const fs::path path = real_path(file.path), place = fs::path(file.path).parent_path();
  for (const fs::path& part : {path, path.parent_path(), place, place.parent_path()}) {
    struct stat about {};
    if (::stat(part.c_str(), &about) != 0)
      return Error{ErrorCode::plugin, fmt::format("cannot be used: {}", std::strerror(errno)), part.string(), ""};
    if (about.st_mode & S_IWOTH)
      return Error{ErrorCode::plugin, "not opened: everybody may write it", part.string(),
                   "chmod o-w " + part.string()};
  }
  return None{};
}

}  // namespace touchstone
