#include "util/process.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstring>

#include "util/spawn.hpp"

extern char** environ;

namespace touchstone {

namespace {
constexpr double last_wait_seconds = 5;  // a process in an uninterruptible driver call may outlive SIGKILL

bool readable(int fd, int milliseconds) {
  pollfd item{fd, POLLIN, 0};
  return ::poll(&item, 1, milliseconds) > 0 && item.revents != 0;
}
}  // namespace

std::string describe(const Exit& exit) {
  if (exit.signal == 0) return "exit " + std::to_string(exit.code);
  const char* name = ::sigdescr_np(exit.signal);
  return "signal " + std::to_string(exit.signal) + " (" + (name ? name : "unknown") + ")";
}

Descriptor open_pidfd(pid_t pid) { return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

bool signal_pidfd(int pidfd, int signal) { return ::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) == 0; }

std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> out;
  for (char** item = environ; item && *item; ++item)
    if (const char* equals = std::strchr(*item, '='))
      out.emplace(std::string(*item, static_cast<std::size_t>(equals - *item)), equals + 1);
  return out;
}

Process::Process(pid_t pid, Descriptor pidfd, int network_refused)
    : pid_(pid), pidfd_(std::move(pidfd)), network_refused_(network_refused) {}

Process::Process(Process&& other) noexcept { *this = std::move(other); }

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);  // the moved-from one's destructor ends what this one held
  std::swap(pidfd_, other.pidfd_);
  std::swap(network_refused_, other.network_refused_);
  std::swap(exit_, other.exit_);
  return *this;
}

Process::~Process() {
  if (pid_ < 0 || exit_) return;
  kill();
  wait(within(last_wait_seconds));
}

Result<Process> Process::start(const Spawn& spawn) {
  auto started = spawn_child(spawn);
  if (!started) return started.error();
  Descriptor pidfd = open_pidfd(started->pid);
  if (pidfd) return Process(started->pid, std::move(pidfd), started->network_refused);
  const int cause = errno;  // not waited for yet, so the pid is still ours
  ::kill(-started->pid, SIGKILL);
  ::waitpid(started->pid, nullptr, 0);
  return Error{ErrorCode::environment, std::string("cannot watch a process: pidfd_open: ") + std::strerror(cause),
               spawn.argv.front(), "Linux 5.9 or newer is needed"};
}

bool Process::ended() const { return readable(pidfd_.get(), 0); }  // also once it was waited for

std::optional<Exit> Process::wait(Deadline deadline) {
  if (exit_ || pid_ < 0) return exit_;
  while (!readable(pidfd_.get(), poll_milliseconds(deadline)))
    if (passed(deadline)) return std::nullopt;
  ::kill(-pid_, SIGKILL);  // before the leader is reaped: until then its number cannot name another group
  siginfo_t info{};
  while (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED) != 0)
    if (errno != EINTR) return exit_ = Exit{-1, 0};  // reaped by somebody else: the end is certain, its cause is not
  exit_ = info.si_code == CLD_EXITED ? Exit{info.si_status, 0} : Exit{0, info.si_status};
  return exit_;
}

void Process::kill() const {
  if (signal_pidfd(pidfd_.get(), 0)) ::kill(-pid_, SIGKILL);  // not waited for yet: the number is still its own
  signal_pidfd(pidfd_.get(), SIGKILL);
}

}  // namespace touchstone
