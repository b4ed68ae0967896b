#pragma once
// A lane's checker worker: opens tasks, hands out the arguments of their calls and compares what came back. Candidate
// code never runs in it, so it serves many tasks; one that dies is replaced, and its open task with it.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "exec/sealed.hpp"
#include "exec/worker.hpp"
#include "touchstone/task.hpp"

namespace touchstone {

struct PlannedCall {
  int index{0};
  std::string entry, case_name, phase;  ///< phase: check, redrawn, bench
  std::string where() const { return entry + " (" + case_name + ")"; }
};

/// What a checker made of a task.
struct OpenedTask {
  std::string key;
  std::vector<PlannedCall> calls;
  std::string not_judged;  ///< why the task cannot be judged here, or empty
  Value notes, tags;
};

/// Arguments of one call: what `arguments` replied, and the sealed memory in which they lie.
struct CallArguments {
  Value reply;
  Shared memory;
};

struct CheckerSettings {
  std::string device;
  double seconds{60};     ///< for one request
  std::int64_t bytes{0};  ///< most that one call's arguments may take
  std::stop_token stop{};
};

/// Used by one thread. An error means that nothing can be said of the call at hand: `unavailable` because this call
/// cannot be judged, any other because the checker failed.
class Checker {
 public:
  using Start = std::function<Result<std::unique_ptr<Worker>>()>;
  Checker(Start start, CheckerSettings settings) : start_(std::move(start)), settings_(std::move(settings)) {}

  /// Opens a task for a judge, or gives what it is if it is the one that is open. `seed` is the host's HMAC of the
  /// task.
  Result<const OpenedTask*> open(const Task& task, const Protocol& protocol, const std::string& seed);
  Result<CallArguments> arguments(int index);
  /// `reply` is the candidate's; `outputs` is null where the call raised. `sample` keeps the calls of one sample
  /// together.
  Result<Value> judge(int index, const Value& reply, const Shared* outputs, const std::string& sample);
  /// Whether the open task's reference repeats and each part of its inputs counts: the reply of `examine`
  /// (core/workers/README.md).
  Result<Value> examine();
  /// Times the reference of a call.
  Result<Value> time(int index, double seconds);
  void kill();

 private:
  Result<Value> request(Value body, std::span<const Attachment> attachments, double seconds);

  Start start_;
  CheckerSettings settings_;
  std::unique_ptr<Worker> worker_;
  OpenedTask opened_;
};

}  // namespace touchstone
