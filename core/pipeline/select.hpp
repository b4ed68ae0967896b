#pragma once
// Config to plan: every task that `where` lets pass, as samples, with the key under which each record is found again.

#include <memory>
#include <string>
#include <vector>

#include "pipeline/wiring.hpp"

namespace touchstone {

/// One sample that is to be done. Tasks are shared: a task with many draws is held once.
struct PlannedSample {
  std::string key;  ///< content key: task, prompt, model, draw, judges, device family
  std::shared_ptr<const Task> task;
  std::string suite;
  const NamedModel* model{nullptr};
  std::string style;
  int draw{0};
};

struct Plan {
  std::vector<PlannedSample> samples;
  Value identity;  ///< what shaped the plan: a changed one is refused on resume, with the difference
  std::vector<std::string> notes;
};

/// suites x prompts x models x draws, after `where`. Errors: a suite that cannot be read.
Result<Plan> select_samples(const Wiring& wiring);

}  // namespace touchstone
