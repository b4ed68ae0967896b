#include "app/stored_run.hpp"

#include <filesystem>

#include "app/nearby.hpp"
#include "util/json.hpp"

namespace touchstone {
namespace {

// A folder without a manifest is a wrong path; one whose manifest cannot be read is a damaged run.
Error no_run(const RunPaths& paths, const std::string& folder, const Error& cause) {
  std::error_code absent;
  if (std::filesystem::exists(paths.manifest(), absent))
    return {ErrorCode::config, "the run cannot be read: " + cause.what,
            cause.where.empty() ? paths.manifest() : cause.where};
  return {ErrorCode::config, "there is no run in " + paths.folder, folder, run_hint(folder)};
}

}  // namespace

Result<StoredRun> open_stored(const std::string& folder) {
  std::filesystem::path path = std::filesystem::absolute(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "runs/one/"
  StoredRun out{{path.string()}, {}};
  auto manifest = read_json_file(out.paths.manifest());
  if (!manifest) return no_run(out.paths, folder, manifest.error());
  out.manifest = std::move(*manifest);
  return out;
}

}  // namespace touchstone
