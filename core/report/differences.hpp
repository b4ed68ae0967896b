#pragma once
// Where the judges `paper` and `strict` disagree about a sample, and why: paper reproduces a benchmark's own rules with
// their defects, so that published numbers can be compared, and this says what such a number is worth.

#include <map>
#include <string>
#include <vector>

#include "report/grid.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

struct Difference {
  std::string suite, task, model, prompt;
  int draw{0};
  std::string paper, strict;  ///< outcomes
  std::string reason;         ///< one of a handful, so that they can be counted
  std::string said;           ///< by the judge that found the worse
};

/// What the two judges of a run agree and differ on.
class Differences {
 public:
  /// Takes no notice of a record that lacks a verdict of either. Two outcomes are alike where both say that a call
  /// failed.
  void add(const Value& record);
  bool empty() const { return compared_ == 0; }
  long compared() const { return compared_; }
  const std::vector<Difference>& all() const { return all_; }

  Grid reasons_grid() const;  ///< how often, by model
  Grid samples_grid() const;  ///< one by one
  Value json() const;

 private:
  std::vector<Difference> sorted() const;  ///< whatever the order in which samples finished

  long compared_{0};
  std::map<std::vector<std::string>, long> agreed_;  ///< by suite, model, prompt
  std::vector<Difference> all_;
};

/// Why the outcomes differ, from two verdicts as records hold them.
std::string why_they_differ(const Value& paper, const Value& strict);

}  // namespace touchstone
