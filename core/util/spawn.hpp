#pragma once
// The fork and exec behind Process::start; nobody else includes this.

#include "util/process.hpp"

namespace touchstone {

struct Spawned {
  pid_t pid{-1};
  int network_refused{0};  ///< errno, or 0 where it was not asked for or is had
};

/// Everything is prepared before the fork: the child calls only async-signal-safe functions, for other threads may
/// hold any lock. The caller must wait for the pid.
Result<Spawned> spawn_child(const Spawn& spawn);

}  // namespace touchstone
