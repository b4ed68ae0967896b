#pragma once
// Other figures of a finished run, beside its own: RUN/measurements/<name>/ holds manifest.json (which metrics, judges
// and versions, and what could not be had) and measurements.jsonl (one line a sample: {"key": …, "measurements": …}).

#include <map>
#include <string>
#include <vector>

#include "store/run_folder.hpp"

namespace touchstone {

struct MeasurementSet {
  Value manifest;
  std::map<std::string, Value> lines;  ///< by the sample's key
};

/// Keeps a whole set or nothing; never over another. Errors: config (the name is taken, or not fit for a folder),
/// environment.
Result<None> write_measurements(const RunPaths& run, const std::string& name, const MeasurementSet& set);

/// Errors: config (there is none of this name, with those there are), environment (damaged).
Result<MeasurementSet> read_measurements(const RunPaths& run, const std::string& name);

/// Error (config) where a set of this name cannot be added: to be asked before the work.
Result<None> may_measure(const RunPaths& run, const std::string& name);

/// Names of the sets that a run has, sorted.
std::vector<std::string> measurement_names(const RunPaths& run);

}  // namespace touchstone
