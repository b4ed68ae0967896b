#pragma once
// One line that says how far a run is: counts and the time left. On a terminal it is redrawn in place; elsewhere a new
// line comes every tenth of the work or half minute, so that a log stays readable.

#include <functional>
#include <map>
#include <ostream>
#include <string>

namespace touchstone {

class Progress {
 public:
  /// `seconds` is a monotonic clock; `done` samples were there before (a resumed run). Called from one thread.
  Progress(std::ostream& out, bool terminal, long total, long done, std::function<double()> seconds);
  void add(const std::string& outcome);
  /// How many devices the work is on, which is told where there are, or were, several.
  void on(std::size_t devices);
  /// Prints lines, each with its end, between two states of the line.
  void say(const std::string& lines);
  /// Clears the line (terminal) so that what follows starts clean.
  void finish();

 private:
  std::string line(double now) const;
  std::ostream& out_;
  bool terminal_;
  long total_, before_, done_;
  std::function<double()> seconds_;
  double start_, shown_at_{0};
  long shown_;
  std::size_t devices_{1}, most_devices_{1};
  std::map<std::string, long> outcomes_;
};

}  // namespace touchstone
