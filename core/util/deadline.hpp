#pragma once
// A moment after which nobody waits any more, on the monotonic clock: a changed wall clock or a suspend does not move
// it.

#include <algorithm>
#include <chrono>

namespace touchstone {

using Deadline = std::chrono::steady_clock::time_point;

/// The moment `seconds` from now; anything from a year on counts as a year.
inline Deadline within(double seconds) {
  const std::chrono::duration<double> span(std::clamp(seconds, 0.0, 3.2e7));
  return std::chrono::steady_clock::now() + std::chrono::duration_cast<Deadline::duration>(span);
}
inline bool passed(Deadline deadline) { return std::chrono::steady_clock::now() >= deadline; }

/// What poll() takes: whole milliseconds, rounded up so that a wait never spins; 0 once the deadline has passed.
inline int poll_milliseconds(Deadline deadline) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 3'600'000));
}

}  // namespace touchstone
