#pragma once
// Config to plan: every task that `where` lets pass, as samples, with the key under which each record is found again.

#include <memory>
#include <string>
#include <vector>

#include "pipeline/wiring.hpp"

namespace touchstone {

/// One sample that is to be done. Tasks are shared: a task with many draws is held once.
struct PlannedSample {
  std::string key;        ///< content key: task, prompt, model, draw, judges, device family
  std::string asked;      ///< key of its completion: task, prompt, model, draw; no device, no judge
  std::string task_hash;  ///< of all that the task says
  std::shared_ptr<const Task> task;
  std::string suite;
  const NamedModel* model{nullptr};
  std::string style;
  int draw{0};
};

struct Plan {
  std::vector<PlannedSample> samples;
  Value identity;  ///< what shaped the plan: a changed one is refused on resume, with the difference
  Value asking;    ///< as much of it as shaped the completions: the same on a machine without a device
  std::vector<std::string> notes;
  Errors misses;  ///< what in a `where` fits no task: harmless where other samples are left
};

/// A fingerprint of all that a task says, oracle included.
std::string task_hash(const Task& task);

struct SelectedTask {
  std::string suite, hash;
  std::shared_ptr<const Task> task;
};
/// The tasks of every suite that its `where` lets pass.
std::vector<SelectedTask> select_tasks(const Wiring& wiring, Errors& errors);

/// suites x prompts x models x draws, after `where`. Adds to `errors` every suite that cannot be read and every task
/// that cannot be asked; the plan then lacks them.
Plan select_samples(const Wiring& wiring, Errors& errors);

}  // namespace touchstone
