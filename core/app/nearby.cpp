#include "app/nearby.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "store/run_folder.hpp"
#include "util/nearest.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

namespace fs = std::filesystem;

/// The paths in a folder that `fits`, sorted, as they would be written: "runs/quickstart".
template <class Fits>
std::vector<std::string> entries(const fs::path& folder, Fits fits) {
  std::vector<std::string> out;
  std::error_code failed;
  for (fs::directory_iterator it(folder.empty() ? "." : folder, failed), end; !failed && it != end;
       it.increment(failed))
    if (fits(*it)) out.push_back((folder / it->path().filename()).string());
  std::ranges::sort(out);
  return out;
}

bool is_run(const fs::directory_entry& entry) {
  std::error_code absent;
  return fs::exists(RunPaths{entry.path().string()}.manifest(), absent);
}

}  // namespace

std::string file_hint(const std::string& path) {
  std::error_code absent;
  if (fs::exists(RunPaths{path}.manifest(), absent))
    return "this is a run: touchstone report or reproduce takes it, and its config.yaml runs";
  if (fs::exists(path, absent)) return "";
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty() && !fs::is_directory(folder, absent))
    return fmt::format("there is no folder {} either", folder.string());
  const auto files = entries(folder, [](const fs::directory_entry& entry) {
    std::error_code gone;
    return entry.is_regular_file(gone);
  });
  const auto near = nearest(path, files);
  return near ? fmt::format("did you mean {}?", *near) : "";
}

std::string run_hint(const std::string& folder) {
  const fs::path given = (fs::path(folder) / "").parent_path();  // without a slash at its end
  std::vector<std::string> runs = entries("runs", is_run);
  for (const fs::path& place : {given.parent_path(), given}) {
    const auto more = entries(place, is_run);
    runs.insert(runs.end(), more.begin(), more.end());
  }
  std::ranges::sort(runs);
  runs.erase(std::ranges::unique(runs).begin(), runs.end());
  std::vector<std::string> names;  // runs/quickstart may be meant by quickstart
  for (const std::string& run : runs) names.push_back(fs::path(run).filename().string());
  if (const auto near = nearest(given.filename().string(), names))
    return fmt::format("did you mean {}?",
                       runs[static_cast<std::size_t>(std::ranges::find(names, *near) - names.begin())]);
  if (!runs.empty()) return "there are: " + shortened(join(runs, ", "), 300);
  return "touchstone run CONFIG makes a run in runs/NAME";
}

}  // namespace touchstone
