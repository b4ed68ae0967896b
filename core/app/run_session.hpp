#pragma once
// A run at work in its folder: what is left of its plan is asked, judged and kept. `run` and `reproduce` differ in
// where the config comes from.

#include <set>
#include <vector>

#include "app/run_status.hpp"
#include "app/wire.hpp"
#include "pipeline/pipeline.hpp"
#include "pipeline/shard.hpp"
#include "store/records.hpp"
#include "store/run_folder.hpp"

namespace touchstone {

/// Which part of a run is done here.
struct RunPart {
  Shard shard{};
  bool ask_only{false};     ///< up to completions, which are stored: no device, no worker, no secret
  bool stored_only{false};  ///< from stored completions on: no model is asked
};

class RunSession {
 public:
  /// The config that `wired` was made from must be the folder's (settle it first).
  RunSession(App& app, const Wired& wired, RunFolder& folder, RunPart part = {});

  /// Does what is left. Errors: those of workers and disks; cancelled: the same command goes on from here.
  Result<None> go();
  /// Samples of this part that have no stored completion, where only those are judged.
  const std::vector<const PlannedSample*>& unanswered() const { return unanswered_; }
  /// No sample of the plan is of this part.
  bool empty() const { return mine_.empty(); }

 private:
  std::string scratch() const { return folder_.paths().folder + "/scratch"; }
  std::optional<Completion> known(const PlannedSample& sample) const;
  void sweep() const;
  void announce(std::size_t todo) const;
  Result<None> ask_all();
  Result<None> judge_all();
  Result<None> judge(const std::vector<const PlannedSample*>& todo, const std::string& secret);
  Result<std::vector<const PlannedSample*>> left() const;
  Result<std::string> secret(bool begun);
  Result<None> keep(Records& records, const Published& published);
  Result<None> write_manifest(const Workshop* workshop);
  Result<None> finish(const std::string& secret);

  App& app_;
  const Wired& wired_;
  RunFolder& folder_;
  const RunPart part_;
  RunStatus status_;
  std::vector<const PlannedSample*> mine_;  ///< of the plan, those of the shard
  std::vector<const PlannedSample*> unanswered_;
};

}  // namespace touchstone
