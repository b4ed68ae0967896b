#pragma once
// A run that lies on disk, for commands that work on it: where it is, and what it says of itself.

#include "app/app.hpp"
#include "store/run_folder.hpp"

namespace touchstone {

struct StoredRun {
  RunPaths paths;
  Value manifest;
};

/// Errors: config (no run there, with where runs lie; one whose manifest is damaged).
Result<StoredRun> open_stored(const std::string& folder);

}  // namespace touchstone
