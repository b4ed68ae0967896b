// A checker against the shipped parent and the stub's checker, which needs no torch.

#include "pipeline/checking.hpp"

#include "exec/stub.hpp"

using namespace touchstone;

namespace {

Start stub_parent() {
  Start start = stub::start("checker");
  const std::string workers = std::filesystem::absolute("core/workers");
  start.argv = {stub::python(), "-P",     workers + "/parent.py", "--role", "checker", "--module",
                "stub_checker", "--path", workers + "/stub"};
  start.environment["PYTHONDONTWRITEBYTECODE"] = "1";
  return start;
}

Task softmax() {
  const Value arguments = Value().set("x", Value().set("tensor", Value{Value::List{3, 5}})).set("dim", -1);
  const Value cases{Value::List{Value().set("name", "odd rows").set("arguments", arguments)}};
  Task task;
  task.question.id = "softmax";
  task.question.entries = {"softmax"};
  task.oracle.cases.set("check", cases);
  return task;
}

struct Bench {
  Bench() : parent(launcher, stub_parent(), Role::checker, Containment()), pool(parent, base.path, 0) {}
  Result<std::unique_ptr<Worker>> start() {
    ++started;
    auto seat = pool.take(30);
    if (!seat) return seat.error();
    seats.push_back(std::move(seat->folder));
    return std::move(seat->worker);
  }
  Launcher launcher;
  stub::Base base;
  Parent parent;
  Pool pool;
  std::vector<WorkFolder> seats;
  int started{0};
};

}  // namespace

TEST_CASE("a checker opens a task once and examines it") {
  Bench bench;
  Checker checker([&bench] { return bench.start(); }, {"cpu", 20, 1 << 20});
  CHECK(checker.examine().error().code == ErrorCode::worker);  // nothing is open, and nobody is there to ask
  const Task task = softmax();
  for (const char* seed : {"5eed", "5eed"}) {
    const auto opened = checker.open(task, {}, seed);
    REQUIRE(opened.ok());
    CHECK((*opened)->calls.at(0).where() == "softmax (odd rows)");
    CHECK(bench.started == 1);
    const auto examined = checker.examine();
    REQUIRE(examined.ok());
    CHECK((*examined)["calls"].integer() == 1);
    CHECK((*examined)["parameters"]["softmax"].list().at(1).text() == "dim");
    CHECK((*examined)["parts"].list().at(0)["argument"].text() == "x");
    CHECK((*examined)["parts"].list().at(0)["moved"].number() > 10);
  }
}

TEST_CASE("a checker that is gone says so, and the next task gets another") {
  Bench bench;
  Checker checker([&bench] { return bench.start(); }, {"cpu", 20, 1 << 20});
  REQUIRE(checker.open(softmax(), {}, "5eed").ok());
  checker.kill();
  CHECK(checker.examine().error().what.find("it has ended") != std::string::npos);
  REQUIRE(checker.open(softmax(), {}, "5eed").ok());
  CHECK(checker.examine().ok());
  CHECK(bench.started == 2);
}
