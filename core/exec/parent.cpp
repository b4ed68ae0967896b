#include "exec/parent.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace touchstone {

namespace {

constexpr double control_seconds = 20;  // a healthy parent reads a packet within milliseconds
constexpr double goodbye_seconds = 2;
constexpr int control_number = 3;
constexpr off_t tail_limit = 4096;

std::string tail(const Descriptor& log) {
  struct stat info {};
  if (::fstat(log.get(), &info) != 0) return {};
  std::array<char, tail_limit> buffer;
  const off_t start = std::max<off_t>(0, info.st_size - tail_limit);
  const ssize_t size = ::pread(log.get(), buffer.data(), buffer.size(), start);
  return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

}  // namespace

Parent::Parent(Launcher& launcher, Start start, Role role, Containment containment)
    : launcher_(launcher), start_(std::move(start)), role_(role), containment_(std::move(containment)) {}

Parent::~Parent() {
  if (!running_) return;
  running_->control.close();  // it kills every descendant and ends
  running_->process->wait(within(goodbye_seconds));
  running_->process->kill();
}

Result<Value> Parent::facts() {
  auto parent = running();
  if (!parent) return parent.error();
  return (*parent)->facts;
}

int Parent::starts() const {
  const std::scoped_lock lock(mutex_);
  return starts_;
}

std::string Parent::log_tail() const {
  const std::scoped_lock lock(mutex_);
  return running_ ? tail(running_->log) : std::string();
}

/// The living parent, started if need be; the other lanes wait meanwhile, for they need it too.
Result<std::shared_ptr<Parent::Running>> Parent::running() {
  const std::scoped_lock lock(mutex_);
  if (running_ && !running_->process->ended()) return running_;
  running_ = nullptr;
  auto started = start();
  if (started) running_ = *started;
  return started;
}

Result<std::shared_ptr<Parent::Running>> Parent::start() {
  auto control = connected_pair(Shape::packets);
  if (!control) return control.error();
  auto parent = std::make_shared<Running>();
  parent->log = Descriptor(::memfd_create("parent-log", MFD_CLOEXEC));
  if (!parent->log) return Error{ErrorCode::environment, std::string("cannot make a log: ") + std::strerror(errno)};
  ::fcntl(parent->log.get(), F_SETFL, O_APPEND);
  parent->control = std::move(control->ours);

  Spawn spawn{.argv = start_.argv, .environment = start_.environment, .folder = "/"};
  spawn.descriptors = {{parent->log.get(), 1}, {parent->log.get(), 2}, {control->theirs.get(), control_number}};
  containment_.confine(spawn);
  auto process = launcher_.start(std::move(spawn));
  if (!process) return process.error();
  control->theirs.close();
  parent->process = std::make_shared<Process>(std::move(*process));
  ++starts_;

  const auto ready = receive_packet(parent->control.get(), parent->process->fd(), within(start_.ready_seconds));
  const std::string name = "the parent of the " + role_name(role_) + " workers ";
  if (!ready) {
    const bool late = ready.error().code == ErrorCode::timeout;
    const auto exit = parent->process->wait(within(late ? 0 : 1));
    const std::string why = late ? "was not ready in time" : exit ? "ended: " + describe(*exit) : ready.error().what;
    return Error{ErrorCode::environment, name + why, start_.argv.front(), "it last said: " + tail(parent->log)};
  }
  if ((*ready)["v"].integer() != 1)
    return Error{ErrorCode::environment, name + "speaks another version of the protocol", start_.argv.front()};
  if (!(*ready)["ready"].flag())
    return Error{ErrorCode::environment, name + "cannot work: " + (*ready)["reason"].text(), start_.argv.front(),
                 (*ready)["remedy"].text()};
  parent->facts = (*ready)["facts"];
  return parent;
}

Result<std::unique_ptr<Worker>> Parent::fork(const std::string& work, const std::string& log) {
  const Value block = containment_.block(work, log);
  for (bool again : {true, false}) {
    auto parent = running();
    if (!parent) return parent.error();
    auto worker = ask(**parent, block);
    if (worker || worker.error().code == ErrorCode::internal || !again) return worker;
    (*parent)->process->kill();  // it does not listen: the next round starts another
    const std::scoped_lock lock(mutex_);
    if (running_ == *parent) running_ = nullptr;
  }
  return Error{ErrorCode::internal, "unreachable"};
}

Result<std::unique_ptr<Worker>> Parent::ask(Running& parent, const Value& block) const {
  auto channel = connected_pair(Shape::stream);
  if (!channel) return channel.error();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return Error{ErrorCode::environment, std::string("cannot make a pipe: ") + std::strerror(errno)};
  Descriptor read_end(ends[0]);
  const Descriptor write_end(ends[1]);
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  const Value packet = Value().set("v", 1).set("do", "fork").set("contain", block);
  const std::array<int, 2> theirs{channel->theirs.get(), write_end.get()};
  if (auto sent = send_packet(parent.control.get(), packet, theirs, within(control_seconds)); !sent)
    return Error{sent.error().code == ErrorCode::internal ? ErrorCode::internal : ErrorCode::environment,
                 "cannot ask for a " + role_name(role_) + " worker: " + sent.error().what, start_.argv.front(),
                 "its parent last said: " + tail(parent.log)};
  return std::make_unique<Worker>(role_, WorkerEnds{std::move(channel->ours), std::move(read_end), parent.process},
                                  containment_.limits());
}

}  // namespace touchstone
