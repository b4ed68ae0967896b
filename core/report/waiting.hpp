#pragma once
// One line that says what is waited for, for work that gives no sign of its own: on a terminal with the seconds that
// have passed, elsewhere once.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>

namespace touchstone {

/// Writes to `out` from its own thread until it is destroyed: nothing else may write there meanwhile. On a terminal the
/// line is cleared at the end.
class Waiting {
 public:
  /// `seconds` is a monotonic clock, called from the line's own thread.
  Waiting(std::ostream& out, bool terminal, std::string what, std::function<double()> seconds);
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  void tick(const std::stop_token& stop);
  std::ostream& out_;
  const std::string what_;
  const std::function<double()> seconds_;
  std::mutex lock_;
  std::condition_variable_any ended_;
  std::jthread ticker_;  ///< last: it uses the others
};

}  // namespace touchstone
