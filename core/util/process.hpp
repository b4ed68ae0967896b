#pragma once
// Programs that the host starts: nothing is inherited that was not named, every wait has a deadline, and ending one
// ends its whole process group.

#include <sys/resource.h>
#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "touchstone/result.hpp"
#include "util/deadline.hpp"
#include "util/descriptor.hpp"

namespace touchstone {

/// What to start and how. Standard descriptors that are not named are /dev/null; every other one is closed.
struct Spawn {
  std::vector<std::string> argv;                   ///< argv[0] without a slash is looked up in environment's PATH
  std::map<std::string, std::string> environment;  ///< all of it
  std::vector<std::pair<int, int>> descriptors{};  ///< (number here, number there)
  std::string folder{};                            ///< working folder; empty: the host's
  std::vector<std::pair<int, rlim_t>> limits{};    ///< (RLIMIT_…, soft and hard)
  mode_t umask{0077};
  bool own_network{false};  ///< a network namespace of its own, where the machine allows it
  /// SIGKILL when the *thread* that called start ends: only from threads that outlive the program (see exec/launcher).
  bool die_with_thread{false};
};

/// How a process ended: exactly one of code and signal tells.
struct Exit {
  int code{0};
  int signal{0};  ///< 0 when it exited by itself
};

/// "exit 3" or "signal 11 (Segmentation fault)".
std::string describe(const Exit& exit);

/// A started program, leader of its own session and group. Owned by one thread, except that fd(), kill() and ended()
/// may be called from any thread. The destructor kills the group and waits briefly.
class Process {
 public:
  /// Returns once the program runs (exec succeeded). Errors: environment (no such program, a limit, no memory).
  static Result<Process> start(const Spawn& spawn);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  pid_t pid() const { return pid_; }
  /// A pidfd: readable once the leader has ended.
  int fd() const { return pidfd_.get(); }
  /// Why there is no network namespace of its own although one was asked for, or 0 (an errno).
  int network_refused() const { return network_refused_; }

  bool ended() const;
  /// Waits for the leader's end, then kills what is left of its group. Nothing when the deadline passed.
  std::optional<Exit> wait(Deadline deadline);
  /// SIGKILL to the leader and its group. Does not wait.
  void kill() const;

 private:
  Process(pid_t pid, Descriptor pidfd, int network_refused);
  pid_t pid_{-1};
  Descriptor pidfd_;
  int network_refused_{0};
  std::optional<Exit> exit_;
};

/// Linux calls that glibc 2.36 has no usable C++ declaration of.
Descriptor open_pidfd(pid_t pid);
bool signal_pidfd(int pidfd, int signal);

/// The host's own environment, for programs that a person named (a model's command).
std::map<std::string, std::string> own_environment();

}  // namespace touchstone
