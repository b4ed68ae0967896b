#include "exec/parent.hpp"

#include <sys/wait.h>

#include <thread>

#include "stub.hpp"

using namespace touchstone;
using stub::ask;

TEST_CASE("a parent says what it is, and is started once") {
  stub::Bench bench;
  const auto facts = bench.parent.facts();
  REQUIRE(facts.ok());
  CHECK((*facts)["python"].text().substr(0, 2) == "3.");
  REQUIRE(bench.parent.facts().ok());
  CHECK(bench.parent.starts() == 1);
}

TEST_CASE("a parent that cannot work gives its reason and remedy") {
  Launcher launcher;
  Parent unready(launcher, stub::start("candidate", "unready"), Role::candidate, Containment());
  const auto facts = unready.facts();
  REQUIRE_FALSE(facts.ok());
  CHECK(facts.error().code == ErrorCode::environment);
  CHECK(facts.error().what.find("no torch here") != std::string::npos);
  CHECK(facts.error().hint == "pip install torch");
}

TEST_CASE("a parent that dies shows its last words") {
  Launcher launcher;
  Parent dying(launcher, stub::start("candidate", "dying"), Role::candidate, Containment());
  const auto worker = dying.fork("/tmp", "/tmp/none");
  REQUIRE_FALSE(worker.ok());
  CHECK(worker.error().code == ErrorCode::environment);
  CHECK(worker.error().what.find("exit 1") != std::string::npos);
  CHECK(worker.error().hint.find("stub: torch is broken") != std::string::npos);
}

TEST_CASE("a parent that says nothing is not waited for") {
  Launcher launcher;
  Start start = stub::start("candidate", "mute");
  start.ready_seconds = 0.3;
  Parent mute(launcher, start, Role::candidate, Containment());
  const auto facts = mute.facts();
  REQUIRE_FALSE(facts.ok());
  CHECK(facts.error().what.find("not ready in time") != std::string::npos);
}

TEST_CASE("a parent that was killed is started anew") {
  stub::Bench bench;
  Seat seat = bench.take();
  REQUIRE_FALSE(seat.worker->request(ask("kill_parent"), {}, within(20)).ok());
  CHECK(seat.worker->death().value().outcome == "infrastructure");
  CHECK(bench.take().worker->request(ask("echo"), {}, within(20)).ok());
  CHECK(bench.parent.starts() == 2);
}

TEST_CASE("kill -9 of the host leaves no parent and no worker") {
  stub::Base base;
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const pid_t host = ::fork();
  if (host == 0) {
    Launcher launcher;
    Parent parent(launcher, stub::start("candidate"), Role::candidate, Containment());
    Pool pool(parent, base.path, 0);
    auto seat = pool.take(30);
    const pid_t worker = seat ? seat->worker->pid() : 0;
    static_cast<void>(!::write(pipe[1], &worker, sizeof worker));
    if (seat) static_cast<void>(seat->worker->request(ask("sleep"), {}, within(1000)));
    ::_exit(1);
  }
  pid_t worker = 0;
  REQUIRE(::read(pipe[0], &worker, sizeof worker) == sizeof worker);
  REQUIRE(worker > 0);
  CHECK_FALSE(stub::ended(worker));
  std::ifstream stat("/proc/" + std::to_string(worker) + "/stat");
  std::string text;
  std::getline(stat, text);
  const pid_t parent = std::stoi(text.substr(text.rfind(')') + 4));
  ::kill(host, SIGKILL);
  ::waitpid(host, nullptr, 0);
  CHECK(stub::gone(parent));
  CHECK(stub::gone(worker));
  for (const int fd : pipe) ::close(fd);
}

TEST_CASE("several lanes fork from one parent at once") {
  stub::Bench bench;
  std::vector<std::thread> lanes;
  std::atomic<int> answers{0};
  for (int lane = 0; lane < 4; ++lane)
    lanes.emplace_back([&] {
      Pool pool(bench.parent, bench.base.path);
      for (int i = 0; i < 3; ++i) {
        auto seat = pool.take(30);
        if (seat && seat->worker->request(ask("echo"), {}, within(20)).ok()) ++answers;
      }
    });
  for (std::thread& lane : lanes) lane.join();
  CHECK(answers == 12);
  CHECK(bench.parent.starts() == 1);
}

TEST_CASE("a pool has the next worker ready, and replaces spares that died") {
  stub::Bench bench({}, Role::candidate, 1);
  bench.take();
  Seat second = bench.take();
  CHECK(bench.pool.counts().taken == 2);
  CHECK(bench.pool.counts().ready == 1);
  REQUIRE_FALSE(second.worker->request(ask("kill_parent"), {}, within(20)).ok());
  CHECK(bench.take().worker->request(ask("echo"), {}, within(20)).ok());
  CHECK(bench.pool.counts().taken == 3);
}

TEST_CASE("the probe names what holds and what does not") {
  Launcher launcher;
  Containment containment({.memory_bytes = 1 << 30});
  const auto features = containment.probe(launcher);
  REQUIRE(features.size() >= 5);
  for (const Feature& feature : features) {
    CAPTURE(feature.name);
    CHECK(feature.holds == (feature.detail.find("NOT ") == std::string::npos));
    if (feature.name == "outputs" || feature.name == "limits") CHECK(feature.holds);
  }
  Spawn spawn;
  containment.confine(spawn);
  CHECK(spawn.own_network == features.front().holds);
  const Value block = containment.block("/w", "/l");
  CHECK(block["limits"]["DATA"].integer() == 1 << 30);
  CHECK(block["limits"].find("NPROC") == nullptr);
  CHECK(block["limits"]["CORE"].integer(-1) == 0);
}
