#pragma once
// One forked child of a parent, seen from the host: asked by requests, and turned into an outcome when it dies, lies,
// floods or falls silent.

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "exec/containment.hpp"
#include "exec/frames.hpp"
#include "touchstone/attempt.hpp"
#include "touchstone/runtime.hpp"

namespace touchstone {

/// Memory that rides on a request under a name.
struct Attachment {
  std::string name;
  int descriptor;
};

/// Why a worker can be asked no more: an outcome of touchstone/outcome.hpp (timeout, crash, resource,
/// policy_violation, infrastructure) and one line for a person.
struct Death {
  std::string outcome, reason;
};

/// What joins a worker to the host. The parent is kept alive for as long as anybody watches it.
struct WorkerEnds {
  Descriptor channel, status;
  std::shared_ptr<const Process> parent;
};

/// Used by one thread at a time; only kill() may be called from others. The destructor ends the child.
class Worker {
 public:
  Worker(Role role, WorkerEnds ends, Limits limits);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Waits for the child's first frame. A request does it too, but then within its own deadline.
  Result<None> greet(Deadline deadline);
  /// Sends a request and waits for its reply, which says itself whether it is "ok". An error (timeout, worker,
  /// cancelled) means that the worker is dead: see death(). Adds "fds" for the attachments.
  Result<Value> request(Value body, std::span<const Attachment> attachments, Deadline deadline,
                        std::stop_token stop = {});
  /// Set once the worker is dead for another reason than finish().
  const std::optional<Death>& death() const { return death_; }
  /// Declares a breach that was found outside the channel, such as outputs that cannot be sealed, and ends the worker.
  void condemn(const std::string& reason);
  /// Ends the worker and tells what it cost. May be called again. Wall time is from the first request to the last
  /// reply.
  Usage finish();
  /// SIGKILL to the child and its group; its parent sweeps up what else it left.
  void kill() const;
  pid_t pid() const { return pid_; }  ///< as the host sees it, 0 before the greeting

 private:
  struct Ending {  // the parent's status line
    Exit exit;
    double cpu_seconds{0};
    std::int64_t peak_bytes{0};
    std::string refused;  // why there never was a child
  };
  Error die(const Error& how, const std::string& doing);
  Death classify(const Error& how, const std::string& doing) const;
  Death post_mortem(const std::string& doing) const;
  void collect();

  Role role_;
  WorkerEnds ends_;
  Limits limits_;
  Channel channel_;
  mutable std::mutex killing_;  ///< guards pid_ and pidfd_ against kill() from elsewhere
  pid_t pid_{0};
  Descriptor pidfd_;
  bool greeted_{false}, collected_{false};
  std::optional<Death> death_;
  std::optional<Ending> ending_;
  bool lived_on_{false};  ///< it was still alive when its channel had ended
  std::optional<Deadline> first_request_;
  double wall_seconds_{0};
};

/// The protocol's word for a role: "candidate".
std::string role_name(Role role);

}  // namespace touchstone
