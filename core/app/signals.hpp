#pragma once
// Ctrl-C, SIGTERM and SIGHUP ask the program to stop; a second one ends it at once. SIGPIPE is ignored: a closed reader
// is an error of that write.

#include <stop_token>
#include <thread>

namespace touchstone {

/// Blocks the signals in this thread and those it starts later, so it is made first, in main's thread.
class StopOnSignal {
 public:
  StopOnSignal();
  ~StopOnSignal();
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace touchstone
