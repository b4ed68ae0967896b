#pragma once
// The warm parent of a role: it has imported what is slow, runs nothing foreign, and forks a worker a request.

#include <memory>
#include <mutex>

#include "exec/worker.hpp"

namespace touchstone {

/// May be called from any thread: several lanes fork from one parent. A parent that died is started anew at the next
/// need. Must not outlive its launcher; the destructor ends the process and with it every worker.
class Parent {
 public:
  /// Starts nothing yet.
  Parent(Launcher& launcher, Start start, Role role, Containment containment);
  ~Parent();
  Parent(const Parent&) = delete;
  Parent& operator=(const Parent&) = delete;

  /// Starts it if need be, and gives what it said about itself (versions). Errors: environment, with its own reason
  /// and remedy, or the tail of what it printed.
  Result<Value> facts();
  /// Asks for a worker and does not wait for it (Worker::greet does). `work` and `log` exist already.
  Result<std::unique_ptr<Worker>> fork(const std::string& work, const std::string& log);
  Role role() const { return role_; }
  /// How often it was started: more than once means that it died.
  int starts() const;
  /// The parent's own last words.
  std::string log_tail() const;

 private:
  struct Running {
    std::shared_ptr<Process> process;
    Descriptor control, log;
    Value facts;
  };
  Result<std::shared_ptr<Running>> running();
  Result<std::shared_ptr<Running>> start();
  Result<std::unique_ptr<Worker>> ask(Running& parent, const Value& block) const;

  Launcher& launcher_;
  const Start start_;
  const Role role_;
  const Containment containment_;
  mutable std::mutex mutex_;
  std::shared_ptr<Running> running_;
  int starts_{0};
};

}  // namespace touchstone
