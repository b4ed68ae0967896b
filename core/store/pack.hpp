#pragma once
// A run as one file: its folder in a compressed tar archive, with a list of checksums that is verified after unpacking.
// Read and written by the system's tar.

#include <stop_token>
#include <string>
#include <vector>

#include "store/run_folder.hpp"

namespace touchstone {

struct PackOptions {
  std::string config;       ///< stands for config.yaml, which may hold the secret; empty: the run's own
  bool with_secret{false};  ///< the file `secret`, too
};

/// Never the lock, nor what is only there while a run is at work. The file appears whole or not at all. The folder must
/// not be at work. Errors: environment (no tar, disk full), cancelled.
Result<None> pack_run(const RunPaths& run, const std::string& file, const PackOptions& options, std::stop_token stop);

/// The folder appears whole and verified, or not at all; it must not be there. Errors: config (the folder is there, no
/// such file), environment (not such an archive: absolute paths, "..", links, a wrong checksum, torn), cancelled.
Result<None> unpack_run(const std::string& file, const std::string& folder, std::stop_token stop);

}  // namespace touchstone
