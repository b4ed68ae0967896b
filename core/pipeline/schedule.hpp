#pragma once
// How many of each stage run at once. The only user of oneTBB. Stages that wait (for a model, for workers) run on
// threads of their own, so that TBB's threads never block; stages that compute run on TBB's; publishing is one at a
// time.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace touchstone {

/// What travels from stage to stage: one sample and what has become of it so far. Owned by one stage at a time.
struct Work {
  virtual ~Work() = default;
};
using WorkPointer = std::shared_ptr<Work>;

struct Stages {
  std::function<WorkPointer(std::size_t index)> select;  ///< the index-th sample; must be quick
  std::function<void(Work&)> ask;                        ///< waits for a model
  std::function<void(Work&)> extract;                    ///< computes
  std::function<void(Work&, std::size_t lane)> execute;  ///< waits for workers; a lane does one at a time
  std::function<void(Work&)> measure;                    ///< computes
  std::function<void(Work&)> publish;                    ///< one at a time
  std::function<std::string(const Work&)> affinity;      ///< a lane prefers work of the affinity it had last
  std::function<bool()> cancelled;                       ///< true: take no new sample
};

struct Widths {
  std::size_t asks{4};       ///< samples that wait for a model at once
  std::size_t lanes{2};      ///< samples in execution at once
  std::size_t in_flight{0};  ///< samples between select and publish, 0: four a lane
};

/// Sends samples 0 … count-1 through the stages and returns when all have left the last or the run was cancelled.
/// Stage bodies must not throw. Called from one thread.
void run_schedule(std::size_t count, const Stages& stages, const Widths& widths);

}  // namespace touchstone
