#include "util/spawn.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace touchstone {

namespace {

/// What the child says on the report pipe; silence and end of file mean that exec succeeded.
struct Report {
  char step;
  int cause;
};
enum Step : char { network, session, maps, death, folder, descriptors, limits, program };
constexpr std::array<const char*, 8> step_names{
    "network namespace", "setsid",      "uid and gid maps", "parent's death",
    "working folder",    "descriptors", "limits",           "exec"};

/// Everything the child needs, so that it allocates nothing.
struct Plan {
  const Spawn* spawn;
  std::string path, uid_map, gid_map;
  std::vector<char*> argv, envp;
  std::vector<std::string> environment;
  std::vector<std::pair<int, int>> map;
  std::vector<int> copies;  ///< room for the child
  int highest{2};
  pid_t host;
  int report;
};

std::string find_program(const Spawn& spawn) {
  const std::string& name = spawn.argv.front();
  if (name.find('/') != std::string::npos) return name;
  const auto path = spawn.environment.find("PATH");
  std::string_view rest = path == spawn.environment.end() ? "/usr/bin:/bin" : std::string_view(path->second);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string found = std::string(rest.substr(0, end)) + "/" + name;
    struct stat info {};
    if (end > 0 && ::stat(found.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(found.c_str(), X_OK) == 0)
      return found;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

void prepare(Plan& plan, const Spawn& spawn, int null, int report) {
  plan.spawn = &spawn;
  for (const std::string& word : spawn.argv) plan.argv.push_back(const_cast<char*>(word.c_str()));
  plan.argv.push_back(nullptr);
  for (const auto& [key, text] : spawn.environment) plan.environment.push_back(key + "=" + text);
  for (std::string& item : plan.environment) plan.envp.push_back(item.data());
  plan.envp.push_back(nullptr);
  plan.map = spawn.descriptors;
  for (int standard = 0; standard < 3; ++standard) {
    bool named = false;
    for (const auto& [here, there] : spawn.descriptors) named = named || there == standard;
    if (!named) plan.map.emplace_back(null, standard);
  }
  for (const auto& [here, there] : plan.map) plan.highest = std::max(plan.highest, there);
  plan.copies.resize(plan.map.size());
  const std::string uid = std::to_string(::geteuid()), gid = std::to_string(::getegid());
  plan.uid_map = uid + " " + uid + " 1";
  plan.gid_map = gid + " " + gid + " 1";
  plan.host = ::getpid();
  plan.report = report;
}

// ---- in the child, between fork and exec: async-signal-safe calls only ----

void say(const Plan& plan, Step step, int cause) {
  const Report report{step, cause};
  [[maybe_unused]] const auto written = ::write(plan.report, &report, sizeof report);
}
[[noreturn]] void give_up(const Plan& plan, Step step) {
  say(plan, step, errno);
  ::_exit(127);
}

bool write_file(const char* path, const char* text, std::size_t size) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool done = ::write(fd, text, size) == static_cast<ssize_t>(size);
  ::close(fd);
  return done;
}

void leave_network(const Plan& plan) {
  if (::unshare(CLONE_NEWNET) == 0) return;
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return say(plan, network, errno);
  write_file("/proc/self/setgroups", "deny", 4);
  if (!write_file("/proc/self/uid_map", plan.uid_map.c_str(), plan.uid_map.size()) ||
      !write_file("/proc/self/gid_map", plan.gid_map.c_str(), plan.gid_map.size()))
    give_up(plan, maps);
}

void default_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Copies first go above every target, so that no source is overwritten before it was used.
void place_descriptors(Plan& plan) {
  const int above = plan.highest + 2;
  for (std::size_t i = 0; i < plan.map.size(); ++i)
    if ((plan.copies[i] = ::fcntl(plan.map[i].first, F_DUPFD, above)) < 0) give_up(plan, descriptors);
  const int report = ::fcntl(plan.report, F_DUPFD, above);
  if (report < 0) give_up(plan, descriptors);
  for (int fd = 0; fd <= plan.highest; ++fd) ::close(fd);
  if (::dup3(report, plan.highest + 1, O_CLOEXEC) < 0) ::_exit(127);
  plan.report = plan.highest + 1;
  for (std::size_t i = 0; i < plan.map.size(); ++i)
    if (::dup2(plan.copies[i], plan.map[i].second) < 0) give_up(plan, descriptors);
  if (::syscall(SYS_close_range, static_cast<unsigned>(above), ~0U, 0U) != 0) give_up(plan, descriptors);
}

[[noreturn]] void run_child(Plan& plan) {
  const Spawn& spawn = *plan.spawn;
  default_signals();
  if (::setsid() < 0) give_up(plan, session);
  if (spawn.own_network) leave_network(plan);
  if (spawn.die_with_thread) {  // after the namespaces: a change of credentials clears it
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != plan.host) give_up(plan, death);
  }
  ::umask(spawn.umask);
  if (!spawn.folder.empty() && ::chdir(spawn.folder.c_str()) != 0) give_up(plan, folder);
  place_descriptors(plan);
  for (const auto& [what, most] : spawn.limits) {
    const rlimit limit{most, most};
    if (::setrlimit(static_cast<__rlimit_resource_t>(what), &limit) != 0) give_up(plan, limits);
  }
  ::execve(plan.path.c_str(), plan.argv.data(), plan.envp.data());
  give_up(plan, program);
}

// ---- in the host again ----

Error refuse(const Spawn& spawn, std::string_view step, int cause) {
  return Error{ErrorCode::environment, "cannot start the program: " + std::string(step) + ": " + std::strerror(cause),
               spawn.argv.front()};
}

/// Reads the child's reports until exec closed the pipe; gives the fatal one, if any.
Result<Spawned> hear(const Spawn& spawn, pid_t pid, int report) {
  Spawned out{pid, 0};
  Report item{};
  for (;;) {
    const ssize_t size = ::read(report, &item, sizeof item);
    if (size < 0 && errno == EINTR) continue;
    if (size != sizeof item) return out;
    if (item.step == network) {
      out.network_refused = item.cause;
      continue;
    }
    ::waitpid(pid, nullptr, 0);
    return refuse(spawn, step_names[static_cast<std::size_t>(item.step)], item.cause);
  }
}

}  // namespace

Result<Spawned> spawn_child(const Spawn& spawn) {
  if (spawn.argv.empty()) return Error{ErrorCode::internal, "a program without a name cannot be started"};
  Plan plan;
  plan.path = find_program(spawn);
  if (plan.path.empty())
    return Error{ErrorCode::environment,
                 "there is no program '" + spawn.argv.front() + "' in PATH",
                 {},
                 "install it, or name it with its whole path"};
  int ends[2];
  const Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null || ::pipe2(ends, O_CLOEXEC) != 0) return refuse(spawn, "pipe", errno);
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  prepare(plan, spawn, null.get(), write_end.get());

  sigset_t all, before;  // no handler of the host may run in the child
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) run_child(plan);
  const int cause = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return refuse(spawn, "fork", cause);
  write_end.close();
  return hear(spawn, pid, read_end.get());
}

}  // namespace touchstone
