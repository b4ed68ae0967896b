#pragma once
// A run in figures: records in, groups out. Everything that a report prints comes from here.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "report/differences.hpp"
#include "touchstone/measurement.hpp"

namespace touchstone {

/// One aggregated figure of a group.
struct Figure {
  Tag tag;
  Value labels;
  double value{0};
  long n{0};
  std::optional<Interval> interval{};
};

/// Samples that belong together: `by` is "model", "family" or "difficulty"; `name` its value.
struct Group {
  std::string suite, model, prompt, by, name;
  long samples{0};
  std::map<std::string, std::map<std::string, long>> outcomes;  ///< judge -> outcome -> count
  std::vector<Figure> figures;
};

/// One sample for the list of samples.
struct SampleLine {
  std::string key, suite, task, model, prompt, judge, outcome, reason, note;
  int draw{0};
};

/// Built by adding records one by one; holds figures, not records (8 bytes a measurement).
class Summary {
 public:
  /// `tags` as declared by the run's metrics and profilers; `seed` drives bootstrap intervals.
  Summary(std::vector<Tag> tags, std::uint64_t seed) : tags_(std::move(tags)), seed_(seed) {}

  void add(const Value& record);
  /// Groups in the order model, family, difficulty, each sorted by name.
  std::vector<Group> groups() const;
  const std::vector<SampleLine>& samples() const { return lines_; }
  long count() const { return count_; }
  const Differences& differences() const { return differences_; }
  const std::vector<Tag>& tags() const { return tags_; }

 private:
  struct Cell {
    Tag tag;
    Value labels;
    std::vector<double> values;
  };
  struct Gathering {
    Group group;
    std::vector<Cell> cells;
  };
  void add_to(const Value& record, std::string by, std::string name);
  void add_measurement(Gathering& gathering, const Value& measurement);

  std::vector<Tag> tags_;
  std::uint64_t seed_;
  long count_{0};
  std::map<std::string, Gathering> gatherings_;
  std::vector<SampleLine> lines_;
  Differences differences_;
};

}  // namespace touchstone
