#pragma once
// Figures as data: reporters know units and hints, never a metric by name.

#include <optional>
#include <string>
#include <vector>

#include "touchstone/attempt.hpp"
#include "touchstone/task.hpp"

namespace touchstone {

/// What a metric or profiler can say. `aggregate` tells the core how rows become one figure with an interval:
/// proportion (Wilson), mean (bootstrap), geomean (bootstrap in the log domain), median (bootstrap), max, none.
struct Tag {
  std::string name;  ///< slash- or dot-free words: "execution accuracy"
  std::string unit;  ///< "", "s", "B", "x"
  std::string hint;  ///< ratio, duration, bytes, percentage, count: how to print
  std::string description;
  std::string aggregate{"mean"};
};

struct Interval {
  double low{0}, high{0};
  double level{0.95};
};

struct Measurement {
  std::string tag;
  double value{0};
  long n{1};
  std::optional<Interval> interval{};
  Value labels{};  ///< judge, clock, bench case …: rows with different labels are never pooled
};

/// What a metric wants from an execution beyond calls and verdicts; the pipeline produces the union.
struct Needs {
  bool timings{false};
  bool launches{false};
  bool golden{false};
};

/// The unit of work: task x prompt x model x draw, with one attempt a turn.
struct Sample {
  const Task& task;
  std::string suite, prompt, model;  ///< instance names as in the config
  int draw{0};
  std::vector<Attempt> attempts;
};

/// One sample's measurement with what reports group by.
struct Row {
  std::string suite, task, prompt, model;
  int draw{0};
  Value facts;
  Measurement measurement;
};

}  // namespace touchstone
