#pragma once
// The one place that knows how a worker is contained: what is done to a parent when it starts, and what each forked
// child does to itself before it reads a byte (the `contain` block of core/workers/README.md).

#include <cstdint>
#include <string>
#include <vector>

#include "exec/launcher.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// Bounds of one worker; 0 leaves a thing as it is.
struct Limits {
  std::int64_t memory_bytes{0};                    ///< RLIMIT_DATA: address-space limits would break GPU drivers
  std::int64_t file_bytes{std::int64_t{4} << 30};  ///< any one file or shared memory that it writes
  std::int64_t open_files{512};
  std::int64_t processes{0};  ///< counts all of the user's, and never binds root
  std::int64_t cpu_seconds{0};
};

/// One line of what was tried for real on this machine.
struct Feature {
  std::string name;  ///< "network"
  bool holds{false};
  std::string detail;  ///< "none: a namespace of its own", "NOT contained: …"
};

class Containment {
 public:
  /// Contains nothing but limits until probed.
  explicit Containment(Limits limits = {}) : limits_(limits) {}

  /// Tries each feature by a short program; afterwards confine() uses what holds. For the run's announcement, the
  /// manifest and `doctor`.
  std::vector<Feature> probe(Launcher& launcher);
  /// Makes a parent's start contained.
  void confine(Spawn& spawn) const;
  /// What a child is told to do to itself: `work` is its folder, `log` the file that takes what it prints.
  Value block(const std::string& work, const std::string& log) const;
  const Limits& limits() const { return limits_; }

 private:
  Limits limits_;
  bool own_network_{false};
};

}  // namespace touchstone
