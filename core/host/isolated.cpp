#include "host/isolated.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <thread>

#include "util/deadline.hpp"
#include "util/descriptor.hpp"

namespace touchstone {
namespace {

using Work = std::function<std::string(std::size_t)>;

/// Items that one child does, one after another.
struct Range {
  std::size_t first, end;
};

struct Child {
  Range range;
  std::size_t next;  ///< the item at work
  pid_t process;
  Descriptor channel;
  Deadline deadline;  ///< of the item at work
  std::string received{};
};

void send(int channel, const void* data, std::size_t size) {
  for (std::size_t sent = 0; sent < size;) {
    const ssize_t put = ::write(channel, static_cast<const char*>(data) + sent, size - sent);
    if (put < 0 && errno != EINTR) ::_exit(0);
    if (put > 0) sent += static_cast<std::size_t>(put);
  }
}

/// Sends each text behind its length, so that an end in the middle is not taken for a short text.
[[noreturn]] void be_child(int channel, Range range, const Work& work) {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  for (std::size_t i = range.first; i < range.end; ++i) {
    const std::string text = work(i);
    const std::uint64_t size = text.size();
    send(channel, &size, sizeof size);
    send(channel, text.data(), text.size());
  }
  ::_exit(0);
}

std::string ending(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("crashed with signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  return fmt::format("ended the process with exit code {}", WEXITSTATUS(status));
}

/// The children of one call of each_in_child.
class Children {
 public:
  Children(std::size_t count, const Work& work, double seconds) : work_(work), seconds_(seconds), done_(count) {
    const std::size_t each = (count + most() - 1) / most();
    for (std::size_t first = 0; first < count; first += each)
      waiting_.push_back({first, std::min(first + each, count)});
    std::ranges::reverse(waiting_);  // taken from the back
  }

  std::vector<Result<std::string>> run() {
    while (!waiting_.empty() || !running_.empty()) {
      while (!waiting_.empty() && running_.size() < most()) start();
      if (!running_.empty()) listen();
    }
    std::vector<Result<std::string>> out;
    for (auto& one : done_) out.push_back(std::move(*one));
    return out;
  }

 private:
  static std::size_t most() { return std::clamp(std::thread::hardware_concurrency(), 1u, 8u); }

  void start() {
    const Range range = waiting_.back();
    waiting_.pop_back();
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return give_up(range, "no pipe");
    Descriptor mine(ends[0]), theirs(ends[1]);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) return give_up(range, "no child process");
    if (child == 0) be_child(theirs.get(), range, work_);
    running_.push_back({range, range.first, child, std::move(mine), within(seconds_)});
  }
  void give_up(Range range, const char* what) {
    const std::string why = std::strerror(errno);
    for (std::size_t i = range.first; i < range.end; ++i)
      done_[i] = Error{ErrorCode::environment, std::string(what) + ": " + why};
  }

  /// Waits until a child says something, ends, or is late.
  void listen() {
    std::vector<pollfd> waits;
    Deadline first = running_.front().deadline;
    for (const Child& child : running_) {
      waits.push_back({child.channel.get(), POLLIN, 0});
      first = std::min(first, child.deadline);
    }
    if (::poll(waits.data(), waits.size(), poll_milliseconds(first)) < 0 && errno == EINTR) return;
    for (std::size_t i = waits.size(); i-- > 0;) {
      Child& child = running_[i];
      const bool open = !waits[i].revents || hear(child), late = open && passed(child.deadline);
      if (!open || late) end(i, late);
    }
  }
  /// Takes what a child said; false where it has ended.
  bool hear(Child& child) {
    char buffer[65536];
    const ssize_t got = ::read(child.channel.get(), buffer, sizeof buffer);
    if (got <= 0) return got < 0 && errno == EINTR;
    child.received.append(buffer, static_cast<std::size_t>(got));
    for (std::uint64_t size = 0; child.received.size() >= sizeof size;) {
      std::memcpy(&size, child.received.data(), sizeof size);
      if (child.received.size() - sizeof size < size) break;
      if (child.next < child.range.end) done_[child.next++] = child.received.substr(sizeof size, size);
      child.received.erase(0, sizeof size + size);
      child.deadline = within(seconds_);
    }
    return true;
  }
  void end(std::size_t which, bool late) {
    const Child child = std::move(running_[which]);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(which));
    if (late) ::kill(child.process, SIGKILL);
    int status = 0;
    while (::waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
    }
    if (child.next >= child.range.end) return;
    const bool alone = child.next == child.range.first;
    if (alone) {
      const std::string why = late ? fmt::format("did not answer within {} s", seconds_) : ending(status);
      done_[child.next] = Error{ErrorCode::plugin, why};
    }
    if (child.next + 1 < child.range.end) waiting_.push_back({child.next + 1, child.range.end});
    if (!alone) waiting_.push_back({child.next, child.next + 1});
  }

  const Work& work_;
  double seconds_;
  std::vector<std::optional<Result<std::string>>> done_;
  std::vector<Range> waiting_;
  std::vector<Child> running_;
};

}  // namespace

Result<std::string> in_child(const std::function<std::string()>& work, double seconds) {
  return std::move(each_in_child(
                       1, [&work](std::size_t) { return work(); }, seconds)
                       .front());
}

std::vector<Result<std::string>> each_in_child(std::size_t count, const Work& work, double seconds) {
  return Children(count, work, seconds).run();
}

}  // namespace touchstone
