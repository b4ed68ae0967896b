#include "host/isolated.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "util/deadline.hpp"
#include "util/descriptor.hpp"

namespace touchstone {
namespace {

/// What the child sends after its text, so that an end in the middle is not taken for a short text.
constexpr char complete = '\x04';

[[noreturn]] void be_child(int channel, const std::function<std::string()>& work) {
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  const std::string text = work() + complete;
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t put = ::write(channel, text.data() + sent, text.size() - sent);
    if (put < 0 && errno != EINTR) break;
    if (put > 0) sent += static_cast<std::size_t>(put);
  }
  ::_exit(0);
}

/// All that comes until the other end is closed; false where the deadline passed first.
bool read_all(int channel, Deadline deadline, std::string& out) {
  char buffer[4096];
  while (true) {
    pollfd wait{channel, POLLIN, 0};
    if (::poll(&wait, 1, poll_milliseconds(deadline)) < 0 && errno == EINTR) continue;
    if (!wait.revents) {
      if (passed(deadline)) return false;
      continue;
    }
    const ssize_t got = ::read(channel, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    out.append(buffer, static_cast<std::size_t>(got));
  }
}

std::string ending(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("crashed with signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  return fmt::format("ended the process with exit code {}", WEXITSTATUS(status));
}

}  // namespace

Result<std::string> in_child(const std::function<std::string()>& work, double seconds) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return Error{ErrorCode::environment, std::string("no pipe: ") + std::strerror(errno)};
  Descriptor mine(ends[0]), theirs(ends[1]);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return Error{ErrorCode::environment, std::string("no child process: ") + std::strerror(errno)};
  if (child == 0) be_child(theirs.get(), work);
  theirs.close();
  std::string text;
  const bool in_time = read_all(mine.get(), within(seconds), text);
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!in_time) return Error{ErrorCode::plugin, fmt::format("did not answer within {} s", seconds)};
  if (text.empty() || text.back() != complete) return Error{ErrorCode::plugin, ending(status)};
  text.pop_back();
  return text;
}

}  // namespace touchstone
