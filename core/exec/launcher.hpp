#pragma once
// Linux sends a parent's death signal when the *thread* that started a process ends. So every long-lived process is
// started by one thread that lives as long as the launcher: when the host dies, however it dies, they die with it.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "util/process.hpp"

namespace touchstone {

/// May be called from any thread. Must outlive the processes it started.
class Launcher {
 public:
  Launcher();
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  /// Process::start on the launcher's own thread, with die_with_thread set.
  Result<Process> start(Spawn spawn);

 private:
  struct Job {
    Spawn spawn;
    Result<Process> started{Error{}};
    bool done{false};
  };
  void serve();
  std::mutex mutex_;
  std::condition_variable changed_;
  Job* job_{nullptr};
  bool over_{false};
  std::thread thread_;
};

}  // namespace touchstone
