#pragma once
// Two runs of one config, sample by sample: which came out otherwise, and what of them had changed. Times never count.

#include <map>
#include <string>
#include <vector>

#include "touchstone/value.hpp"

namespace touchstone {

struct SampleDrift {
  std::string sample;                ///< "softmax of operators, prompt simple, by example, draw 0"
  std::vector<std::string> changes;  ///< in words; what drifted: outcomes, phases of reasons, figures of verdicts
  std::vector<std::string> causes;   ///< what the two records say had changed: the task, the answer
};

/// Records are told apart by suite, task, prompt, model and draw, for a key changes with its task.
class Drift {
 public:
  void add_before(const Value& record) { before_[name_of(record)] = digest(record); }
  void add_after(const Value& record) { after_[name_of(record)] = digest(record); }

  /// `complete`: the first run was whole, so that a sample which only the second has is drift, too.
  std::vector<SampleDrift> samples(bool complete) const;
  /// How many samples both runs have.
  std::size_t compared() const;
  /// What changed without drift, and what could not be compared, one line each.
  std::vector<std::string> notes(bool complete) const;

 private:
  struct Digest {
    Value results;                   ///< what must be as before
    std::string task, answer, code;  ///< hashes; empty where there is none
    bool ours{false};                ///< a failure of ours
  };
  static std::string name_of(const Value& record);
  static Digest digest(const Value& record);
  static std::vector<std::string> causes(const Digest& before, const Digest& after);
  std::map<std::string, Digest> before_, after_;
};

}  // namespace touchstone
