#include "python.hpp"

#include <unistd.h>

#include <filesystem>
#include <sstream>
#include <vector>

namespace touchstone::triton {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> out;
  std::istringstream in(list);
  for (std::string item; std::getline(in, item, ':');)
    if (!item.empty()) out.push_back(item);
  return out;
}

/// A word without a slash is looked up in PATH, as a shell would.
std::string looked_up(const std::string& word, const Environment& environment) {
  if (word.find('/') != std::string::npos) return word;
  for (const std::string& folder : split(environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin")))
    if (is_program(folder + "/" + word)) return folder + "/" + word;
  return "";
}

/// …/bin/python to the folders that its packages usually lie in.
std::vector<fs::path> package_folders(const Python& python) {
  std::vector<fs::path> out;
  const fs::path prefix = fs::path(python.path).parent_path().parent_path();
  for (const fs::path& base : {prefix / "lib", prefix / "local" / "lib"}) {
    std::error_code failed;
    for (fs::directory_iterator it(base, failed), end; !failed && it != end; it.increment(failed))
      if (it->path().filename().string().starts_with("python3"))
        for (const char* name : {"site-packages", "dist-packages"}) out.push_back(it->path() / name);
  }
  return out;
}

std::optional<fs::path> package(const Python& python, const std::string& name) {
  std::error_code absent;
  for (const fs::path& folder : package_folders(python))
    if (fs::is_directory(folder / name, absent)) return folder / name;
  return std::nullopt;
}

}  // namespace

bool is_program(const std::string& path) {
  std::error_code absent;
  return fs::is_regular_file(path, absent) && access(path.c_str(), X_OK) == 0;
}

Python find_python(const std::string& option, const Environment& environment) {
  if (!option.empty()) return {option, "the option python"};
  if (const auto named = environment("TOUCHSTONE_PYTHON"); named && !named->empty()) {
    const std::string found = looked_up(*named, environment);
    return {found.empty() ? *named : found, "TOUCHSTONE_PYTHON"};
  }
  std::string cache = environment("XDG_CACHE_HOME").value_or("");
  if (cache.empty()) cache = environment("HOME").value_or("") + "/.cache";
  if (const std::string own = cache + "/touchstone/python/bin/python"; is_program(own))
    return {own, "the environment of tools/setup.sh"};
  return {looked_up("python3", environment), "PATH"};
}

std::string package_version(const Python& python, const std::string& name) {
  const auto found = package(python, name);
  if (!found) return "";
  std::error_code failed;
  for (fs::directory_iterator it(found->parent_path(), failed), end; !failed && it != end; it.increment(failed)) {
    const std::string entry = it->path().filename().string();
    if (entry.starts_with(name + "-") && entry.ends_with(".dist-info"))
      return entry.substr(name.size() + 1, entry.size() - name.size() - 11);
  }
  return "unknown version";
}

bool may_have_cuda(const Python& python) {
  const auto torch = package(python, "torch");
  std::error_code absent;
  return !torch || fs::exists(*torch / "lib" / "libtorch_cuda.so", absent);
}

std::string driver_folders(const Environment& environment) {
  std::string out;
  std::error_code absent;
  for (const std::string& folder : split(environment("LD_LIBRARY_PATH").value_or("")))
    if (fs::exists(folder + "/libcuda.so.1", absent)) out += (out.empty() ? "" : ":") + folder;
  return out;
}

}  // namespace touchstone::triton
