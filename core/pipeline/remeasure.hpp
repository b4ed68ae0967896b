#pragma once
// Finished records to other figures: each is turned back into its sample, and metrics are asked. Nothing is executed;
// what a metric needs and a record lacks is counted and said.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "pipeline/publish.hpp"

namespace touchstone {

/// Used by one thread at a time.
class Remeasure {
 public:
  /// `judges`: whose verdicts metrics see; empty: all. `tasks` as the suites give them now. All outlive this.
  Remeasure(const std::vector<Named<Metric>>& metrics, const std::vector<SelectedTask>& tasks,
            const std::vector<std::string>& judges);

  /// {"key": …, "measurements": …, "observed": …, "notes": …}. `texts` are checked against the record's hashes.
  Value add(const Value& record, Texts texts);

  long samples() const { return samples_; }
  /// Judges of whom no record holds a verdict.
  std::vector<std::string> unheard() const;
  /// What was missing, one line each, with how many samples it touches.
  std::vector<std::string> notes() const;

 private:
  const Task* task_of(const Value& record);
  void check(const Value& attempt, Texts& texts);
  bool can(const Named<Metric>& metric, const Value& record, bool whole_task);
  void keep_judges(Sample& sample);
  void count(const std::string& note) { ++counts_[note]; }

  const std::vector<Named<Metric>>& metrics_;
  const std::vector<std::string>& judges_;
  std::map<std::pair<std::string, std::string>, const SelectedTask*> tasks_;
  std::map<std::string, long> heard_;   ///< judge -> verdicts
  std::map<std::string, long> counts_;  ///< note -> samples
  long samples_{0};
};

}  // namespace touchstone
