#pragma once
// A run that lies on disk, for commands that work on it: where it is, what it says of itself, its texts.

#include "app/app.hpp"
#include "pipeline/publish.hpp"
#include "store/run_folder.hpp"

namespace touchstone {

struct StoredRun {
  RunPaths paths;
  Value manifest;
};

/// Errors: config (no run there, with where runs lie; one whose manifest is damaged).
Result<StoredRun> open_stored(const std::string& folder);

/// The artifacts of a sample; those that are not there are empty.
Texts read_texts(const RunPaths& run, const std::string& key);

}  // namespace touchstone
