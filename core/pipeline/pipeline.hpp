#pragma once
// The benchmark, stage by stage: select, prompt, generate, extract, execute, judge, measure, publish.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "pipeline/lane.hpp"
#include "pipeline/publish.hpp"
#include "pipeline/select.hpp"

namespace touchstone {

/// What a finished sample leaves: its record, and the texts that are kept beside it.
struct Published {
  Value record;
  Texts texts;
};

struct RunInput {
  const Wiring& wiring;
  const std::vector<const PlannedSample*>& todo;
  Workshop& workshop;
  std::string secret;      ///< the judging secret: inputs derive from it
  std::stop_token stop{};  ///< requested: takes no new sample and drops those in flight
  /// A completion that is there already: its model is not asked. From several threads at once.
  std::function<std::optional<Completion>(const PlannedSample&)> known{};
};

/// How many samples are in execution at once: as many as the config says, else a number for these cores and devices.
std::size_t lanes_of(const Wiring& wiring, std::size_t samples);

/// Runs every sample of `todo` and publishes each once, one at a time, in the order in which they finish. `publish`
/// returns false when a record cannot be kept (disk full): the run then stops, as it does when no device is left.
/// Errors: that failure, environment, or cancelled.
Result<None> run_pipeline(const RunInput& input, const std::function<Result<None>(Published)>& publish);

}  // namespace touchstone
