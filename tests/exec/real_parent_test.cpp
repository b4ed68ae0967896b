// The host's side against the parent that runs ship with (core/workers/parent.py), with a worker that needs no torch.

#include "exec/sealed.hpp"
#include "stub.hpp"

using namespace touchstone;
using stub::ask;

namespace {
Start real_start() {
  Start start = stub::start("candidate");
  const std::string root = std::filesystem::current_path();
  start.argv = {stub::python(), "-P",     root + "/core/workers/parent.py", "--role", "candidate", "--module",
                "echo_worker",  "--path", root + "/tests/workers"};
  start.environment["PYTHONDONTWRITEBYTECODE"] = "1";
  return start;
}
}  // namespace

TEST_CASE("the shipped parent forks contained workers that answer, die and leave nothing") {
  Launcher launcher;
  stub::Base base;
  Containment containment({.open_files = 64, .cpu_seconds = 600});
  containment.probe(launcher);
  Parent parent(launcher, real_start(), Role::candidate, containment);
  Pool pool(parent, base.path, 1);
  const auto take = [&] {
    auto seat = pool.take(30);
    if (!seat) FAIL(seat.error().what << " " << seat.error().hint);
    return std::move(*seat);
  };

  Seat seat = take();
  const auto about = seat.worker->request(ask("about"), {}, within(20));
  REQUIRE(about.ok());
  CHECK((*about)["cwd"].text() == std::filesystem::canonical(seat.folder.work()));
  CHECK((*about)["files"].list().at(0).integer() == 64);
  CHECK((*about)["session"] == (*about)["pid"]);
  CHECK((*about)["pid"].integer() == seat.worker->pid());
  REQUIRE(seat.worker->request(ask("print"), {}, within(20)).ok());
  CHECK(seat.folder.log_tail(100) == "{\"exit\": 0}\n{}\n");

  const auto daemon = seat.worker->request(ask("daemon"), {}, within(20));
  REQUIRE(daemon.ok());
  CHECK(seat.worker->finish().peak_bytes > 0);
  CHECK(stub::gone(static_cast<pid_t>((*daemon)["pid"].integer())));

  Seat exits = take();
  CHECK_FALSE(exits.worker->request(ask("exit").set("code", 7), {}, within(20)).ok());
  CHECK(exits.worker->death().value().outcome == "crash");
  CHECK(exits.worker->death().value().reason.find("exit 7") != std::string::npos);
  Seat loops = take();
  CHECK_FALSE(loops.worker->request(ask("loop"), {}, within(0.2)).ok());
  CHECK(loops.worker->death().value().outcome == "timeout");
  CHECK(stub::gone(loops.worker->pid()));
  CHECK(pool.counts().taken == 3);
  CHECK(pool.counts().ready == 2);
}

TEST_CASE("what the shipped parent refuses is told") {
  Launcher launcher;
  stub::Base base;
  Parent parent(launcher, real_start(), Role::candidate, Containment());
  auto worker = parent.fork(base.path + "/none", base.path + "/log");
  REQUIRE(worker.ok());
  CHECK_FALSE((*worker)->greet(within(20)).ok());  // there is no such work folder
  CHECK((*worker)->death().value().outcome == "infrastructure");
}
