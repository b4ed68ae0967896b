#pragma once
// Watches one call that cannot be stopped from outside.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace touchstone {

/// Calls `late` on a thread of its own when it still lives after `seconds`.
class Watchdog {
 public:
  Watchdog(double seconds, std::function<void()> late);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_{false};
  std::thread thread_;
};

}  // namespace touchstone
