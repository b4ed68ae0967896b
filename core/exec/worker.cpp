#include "exec/worker.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <array>
#include <cerrno>

#include "util/json.hpp"

namespace touchstone {

namespace {

constexpr double status_seconds = 5;  // how long a parent may take to reap and report a killed child
constexpr int dying_milliseconds = 200;
constexpr double near_limit = 0.9;  // an allocation fails before memory's limit is reached; accounts are rounded
constexpr std::size_t status_limit = 4096;

/// The parent's one line, or nothing when it did not come.
std::string read_status(int fd, int parent, Deadline deadline) {
  std::string line;
  std::array<char, status_limit> buffer;
  while (line.size() < status_limit && line.find('\n') == std::string::npos) {
    std::array<pollfd, 2> items{{{fd, POLLIN, 0}, {parent, POLLIN, 0}}};
    ::poll(items.data(), items.size(), poll_milliseconds(deadline));
    if (items[0].revents == 0 && (items[1].revents != 0 || passed(deadline))) return {};
    if (items[0].revents == 0) continue;
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return {};
    line.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return line;
}

}  // namespace

std::string role_name(Role role) {
  return role == Role::candidate ? "candidate" : role == Role::checker ? "checker" : "compiler";
}

Worker::Worker(Role role, WorkerEnds ends, Limits limits)
    : role_(role),
      ends_(std::move(ends)),
      limits_(limits),
      channel_(std::move(ends_.channel), {ends_.status.get(), ends_.parent->fd()}) {}

Worker::~Worker() { finish(); }

Result<None> Worker::greet(Deadline deadline) {
  if (greeted_) return None{};
  if (death_) return Error{ErrorCode::worker, death_->reason};
  const auto hello = channel_.receive(deadline);
  const auto wrong = [&](const std::string& why) {
    collect();
    const std::string& cause = ending_ && !ending_->refused.empty() ? ending_->refused : why;
    death_ = Death{"infrastructure", "a new " + role_name(role_) + " worker did not come up: " + cause};
    return Error{ErrorCode::worker, death_->reason};
  };
  if (!hello) return wrong(hello.error().what);
  if ((*hello)["v"].integer() != 1 || (*hello)["hello"]["role"].text() != role_name(role_))
    return wrong("it speaks another version or plays another role: " + write_json(*hello));
  {
    const std::scoped_lock lock(killing_);
    pid_ = channel_.sender();  // the kernel's word, right across namespaces
    pidfd_ = open_pidfd(pid_);
  }
  if (!pidfd_ || channel_.peer_gone()) return wrong("it or its parent ended at once");
  greeted_ = true;
  return None{};
}

Result<Value> Worker::request(Value body, std::span<const Attachment> attachments, Deadline deadline,
                              std::stop_token stop) {
  if (death_ || collected_) return Error{ErrorCode::worker, death_ ? death_->reason : "the worker has ended"};
  if (auto greeted = greet(deadline); !greeted) return greeted.error();
  const std::stop_callback on_stop(stop, [this] { kill(); });
  if (!first_request_) first_request_ = std::chrono::steady_clock::now();
  std::vector<int> descriptors;
  Value names{Value::List{}};
  for (const Attachment& item : attachments) {
    descriptors.push_back(item.descriptor);
    names.add(item.name);
  }
  const std::string doing = body["do"].text();
  body.set("fds", std::move(names));
  const auto sent = channel_.send(body, descriptors, deadline);
  if (!sent && sent.error().code == ErrorCode::internal) return sent.error();  // nothing was sent: it lives on
  auto reply = sent ? channel_.receive(deadline) : Result<Value>(sent.error());
  wall_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - *first_request_).count();
  if (reply && !(*reply)["ok"].is_flag())
    reply = Error{ErrorCode::worker, "sent a reply that does not say whether it is ok"};
  if (reply) return reply;
  if (stop.stop_requested()) return die({ErrorCode::cancelled, "it was stopped"}, doing);
  return die(reply.error(), doing);
}

void Worker::condemn(const std::string& reason) {
  if (!death_) die({ErrorCode::worker, reason}, "");
}

/// Ends the worker and names what happened; `how` is the channel's error.
Error Worker::die(const Error& how, const std::string& doing) {
  if (how.code != ErrorCode::io) kill();  // the dead need no second death: let the status line tell their own
  collect();
  death_ = classify(how, doing);
  if (role_ == Role::checker && death_->outcome != "infrastructure")
    death_ = Death{"infrastructure", "the checker failed: " + death_->reason};
  const bool keeps = how.code == ErrorCode::timeout || how.code == ErrorCode::cancelled;
  return Error{keeps ? how.code : ErrorCode::worker, death_->reason, "worker " + std::to_string(pid_)};
}

Death Worker::classify(const Error& how, const std::string& doing) const {
  switch (how.code) {
    case ErrorCode::timeout:
      return {"timeout", fmt::format("no answer to '{}' in time", doing)};
    case ErrorCode::cancelled:
      return {"infrastructure", "stopped before it answered"};
    case ErrorCode::io:
      return post_mortem(doing);
    default:
      return {"policy_violation", "the worker broke the protocol: it " + how.what};
  }
}

Death Worker::post_mortem(const std::string& doing) const {
  if (!ending_) {
    if (ends_.parent->ended()) return {"infrastructure", "the parent of the worker died"};
    return {"infrastructure", "the parent of the worker did not say how it ended"};
  }
  const Exit& exit = ending_->exit;
  const std::string how = describe(exit);
  if (limits_.memory_bytes > 0 &&
      static_cast<double>(ending_->peak_bytes) > near_limit * static_cast<double>(limits_.memory_bytes))
    return {"resource", fmt::format("out of memory during '{}': peak {} of {} bytes, {}", doing, ending_->peak_bytes,
                                    limits_.memory_bytes, how)};
  const bool used_up =
      limits_.cpu_seconds > 0 && ending_->cpu_seconds > near_limit * static_cast<double>(limits_.cpu_seconds);
  if (exit.signal == SIGXCPU || (exit.signal == SIGKILL && used_up))
    return {"resource", fmt::format("used more than {} s of processor time during '{}'", limits_.cpu_seconds, doing)};
  if (exit.signal == SIGXFSZ) return {"resource", fmt::format("wrote a file that is too large during '{}'", doing)};
  if (exit.signal == SIGSYS)
    return {"policy_violation", fmt::format("made a forbidden system call during '{}'", doing)};
  if (exit.signal == SIGKILL && lived_on_) return {"crash", fmt::format("closed its channel during '{}'", doing)};
  if (exit.signal == SIGKILL)
    return {"crash", fmt::format("killed during '{}', by itself or because the machine ran out of memory", doing)};
  return {"crash", fmt::format("ended during '{}' without an answer: {}", doing, how)};
}

void Worker::collect() {
  if (collected_) return;
  collected_ = true;
  if (greeted_) {  // one that is dying is left a moment to do so, then all of it is killed
    pollfd item{pidfd_.get(), POLLIN, 0};
    lived_on_ = ::poll(&item, 1, dying_milliseconds) == 0;
    kill();
  }
  channel_.close();  // one that was never greeted ends by this
  const std::string line = read_status(ends_.status.get(), ends_.parent->fd(), within(status_seconds));
  const auto status = read_json(line.empty() ? "null" : line, "status line");
  if (!status || !status->is_map()) return;
  ending_.emplace(Ending{});
  ending_->exit = {static_cast<int>((*status)["exit"].integer()), static_cast<int>((*status)["signal"].integer())};
  ending_->cpu_seconds = (*status)["cpu_seconds"].number();
  ending_->peak_bytes = (*status)["peak_bytes"].integer();
  ending_->refused = (*status)["refused"].text();
}

Usage Worker::finish() {
  if (!collected_) kill();
  collect();
  return {wall_seconds_, ending_ ? ending_->cpu_seconds : 0, ending_ ? ending_->peak_bytes : 0};
}

void Worker::kill() const {
  const std::scoped_lock lock(killing_);
  if (!pidfd_) return;
  if (signal_pidfd(pidfd_.get(), 0)) ::kill(-pid_, SIGKILL);  // not reaped yet: the group is still its own
  signal_pidfd(pidfd_.get(), SIGKILL);
}

}  // namespace touchstone
