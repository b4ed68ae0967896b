#include "util/process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "util/command.hpp"

using namespace touchstone;

namespace {

CommandLine shell(const std::string& script) {
  return {.argv = {"/bin/sh", "-c", script}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}
std::string output_of(const std::string& script) {
  const auto reply = run_command(shell(script), within(20));
  REQUIRE(reply.ok());
  return reply->output;
}
Spawn spawn_shell(const std::string& script) {
  return {.argv = {"/bin/sh", "-c", script}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}
std::size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}
bool alive(pid_t pid) { return ::kill(pid, 0) == 0; }

}  // namespace

TEST_CASE("a command gets its input and its output comes back") {
  CommandLine line = shell("cat; echo tail >&2; exit 3");
  line.input = std::string(3 << 20, 'x');  // far more than a pipe holds
  const auto reply = run_command(line, within(20));
  REQUIRE(reply.ok());
  CHECK(reply->output == line.input);
  CHECK(reply->error_tail == "tail\n");
  CHECK(reply->exit.code == 3);
  CHECK(describe(reply->exit) == "exit 3");
}

TEST_CASE("nothing is inherited that was not named") {
  ::setenv("TOUCHSTONE_CANARY", "secret", 1);
  const int leak = ::open("/etc/hostname", O_RDONLY);  // without O_CLOEXEC, on purpose
  REQUIRE(leak >= 0);
  CHECK(output_of("env | grep -c CANARY") == "0\n");
  CHECK(output_of("test -e /proc/$$/fd/" + std::to_string(leak) + " || echo closed") == "closed\n");
  ::close(leak);
  ::unsetenv("TOUCHSTONE_CANARY");
}

TEST_CASE("the child leads a session of its own, with default signals and the umask asked for") {
  const std::string text = output_of("cut -d' ' -f1,5,6 /proc/self/stat; grep SigIgn /proc/$$/status; umask");
  CHECK(text.find("SigIgn:\t0000000000000000") != std::string::npos);
  CHECK(text.find("0022") != std::string::npos);
  CHECK(output_of("test $(cut -d' ' -f6 /proc/$$/stat) = $$ && echo leader") == "leader\n");
}

TEST_CASE("descriptors land where they are wanted, even when they cross") {
  int a[2], b[2];
  REQUIRE(::pipe2(a, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(b, O_CLOEXEC) == 0);
  Spawn spawn = spawn_shell("printf A >&" + std::to_string(b[1] % 10) + "; printf B >&" + std::to_string(a[1] % 10));
  REQUIRE(a[1] < 10);
  REQUIRE(b[1] < 10);
  spawn.descriptors = {{a[1], b[1]}, {b[1], a[1]}};  // swapped
  auto process = Process::start(spawn);
  REQUIRE(process.ok());
  REQUIRE(process->wait(within(20)).has_value());
  char got[2]{};
  CHECK(::read(a[0], &got[0], 1) == 1);
  CHECK(::read(b[0], &got[1], 1) == 1);
  CHECK(got[0] == 'A');
  CHECK(got[1] == 'B');
  for (const int fd : {a[0], a[1], b[0], b[1]}) ::close(fd);
}

TEST_CASE("a program that does not exist is named") {
  auto missing = Process::start({.argv = {"no-such-program-here"}, .environment = {{"PATH", "/usr/bin"}}});
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == ErrorCode::environment);
  CHECK(missing.error().what.find("no-such-program-here") != std::string::npos);
  auto folder = Process::start({.argv = {"/bin/true"}, .environment = {}, .folder = "/no/such/folder"});
  REQUIRE_FALSE(folder.ok());
  CHECK(folder.error().what.find("working folder") != std::string::npos);
  auto unrunnable = Process::start({.argv = {"/etc/hostname"}, .environment = {}});
  REQUIRE_FALSE(unrunnable.ok());
  CHECK(unrunnable.error().what.find("exec") != std::string::npos);
}

TEST_CASE("the deadline ends a command and its whole group") {
  const auto reply = run_command(shell("sleep 1000 & echo $! >&2; wait"), within(2));
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().code == ErrorCode::timeout);
  const std::string& hint = reply.error().hint;
  REQUIRE(hint.find(": ") != std::string::npos);
  const pid_t sleeper = std::stoi(hint.substr(hint.find(": ") + 2));
  for (int i = 0; i < 500 && alive(sleeper); ++i) ::usleep(10'000);  // init reaps it
  const std::string state = "/proc/" + std::to_string(sleeper) + "/stat";
  CHECK((!alive(sleeper) || output_of("cut -d' ' -f3 " + state) == "Z\n"));
}

TEST_CASE("a command that leaves a background child with the pipe open is not waited for") {
  CHECK(output_of("sleep 1000 & echo done") == "done\n");
}

TEST_CASE("too much output stops a command") {
  CommandLine line = shell("yes");
  line.output_limit = 100'000;
  const auto reply = run_command(line, within(20));
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().code == ErrorCode::worker);
  line.argv.back() = "head -c 100000 /dev/zero";
  const auto fits = run_command(line, within(20));
  REQUIRE(fits.ok());
  CHECK(fits->output.size() == 100'000);
}

TEST_CASE("a signal is told from an exit") {
  const auto reply = run_command(shell("kill -SEGV $$"), within(20));
  REQUIRE(reply.ok());
  CHECK(reply->exit.signal == SIGSEGV);
  CHECK(describe(reply->exit).find("Segmentation fault") != std::string::npos);
}

TEST_CASE("limits hold in the child") {
  Spawn spawn = spawn_shell("test $(ulimit -n) = 17");
  spawn.limits = {{RLIMIT_NOFILE, 17}};
  auto process = Process::start(spawn);
  REQUIRE(process.ok());
  CHECK(process->wait(within(20)).value().code == 0);
}

TEST_CASE("a network of its own has no way out, or the refusal is told") {
  const std::string ours = std::filesystem::read_symlink("/proc/self/ns/net");
  Spawn spawn = spawn_shell("test $(readlink /proc/self/ns/net) != '" + ours + "'");
  spawn.own_network = true;
  auto process = Process::start(spawn);
  REQUIRE(process.ok());
  const Exit exit = process->wait(within(20)).value();
  CHECK((exit.code == 0) == (process->network_refused() == 0));
}

TEST_CASE("a dropped process is gone, and no descriptor stays") {
  const std::size_t before = open_descriptors();
  pid_t pid = 0;
  {
    auto process = Process::start(spawn_shell("exec sleep 1000"));
    REQUIRE(process.ok());
    pid = process->pid();
    CHECK_FALSE(process->ended());
    CHECK_FALSE(process->wait(within(0.01)).has_value());
    Process moved = std::move(*process);
    CHECK(moved.pid() == pid);
  }
  CHECK_FALSE(alive(pid));
  CHECK(open_descriptors() == before);
}
