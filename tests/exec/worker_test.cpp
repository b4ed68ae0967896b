#include "exec/worker.hpp"

#include <chrono>
#include <thread>

#include "exec/sealed.hpp"
#include "stub.hpp"

using namespace touchstone;
using stub::ask;

namespace {

/// Asks for one trick and gives the outcome of the death that must follow.
Death death_by(stub::Bench& bench, const std::string& trick, double seconds = 20) {
  Seat seat = bench.take();
  const auto reply = seat.worker->request(ask(trick), {}, within(seconds));
  CAPTURE(trick);
  REQUIRE_FALSE(reply.ok());
  REQUIRE(seat.worker->death().has_value());
  const pid_t pid = seat.worker->pid();
  seat.worker->finish();
  CHECK(stub::gone(pid));
  return *seat.worker->death();
}

}  // namespace

TEST_CASE("a worker answers, in its folder, and prints to its log") {
  stub::Bench bench;
  Seat seat = bench.take();
  const auto reply = seat.worker->request(ask("echo").set("text", "ü"), {}, within(20));
  REQUIRE(reply.ok());
  CHECK((*reply)["echo"]["text"].text() == "ü");
  CHECK((*reply)["folder"].text() == std::filesystem::canonical(seat.folder.work()));
  CHECK(seat.folder.log_tail(100) == "asked for echo\n");
  CHECK_FALSE(seat.worker->death().has_value());
  const Usage usage = seat.worker->finish();
  CHECK(usage.peak_bytes > 1 << 20);
  CHECK(usage.wall_seconds > 0);
  CHECK_FALSE(seat.worker->request(ask("echo"), {}, within(20)).ok());
}

TEST_CASE("shared memory rides on a request and is sealed afterwards") {
  stub::Bench bench;
  Seat seat = bench.take();
  auto in = Shared::of("arguments", "hello");
  auto out = Shared::create("outputs");
  REQUIRE(in.ok());
  REQUIRE(out.ok());
  const Attachment attachments[] = {{"arguments", in->descriptor()}, {"outputs", out->descriptor()}};
  const auto reply = seat.worker->request(ask("write"), attachments, within(20));
  REQUIRE(reply.ok());
  CHECK((*reply)["read"].integer() == 5);
  CHECK(out->seal().ok());
  CHECK(out->read(0, 100).value() == "HELLO");
  CHECK_FALSE(out->write("more").ok());
}

TEST_CASE("one that keeps a hand on its outputs cannot have them sealed") {
  stub::Bench bench;
  Seat seat = bench.take();
  auto out = Shared::create("outputs");
  const Attachment attachments[] = {{"outputs", out->descriptor()}};
  REQUIRE(seat.worker->request(ask("hold"), attachments, within(20)).ok());
  const auto sealed = out->seal();
  REQUIRE_FALSE(sealed.ok());
  CHECK(sealed.error().what.find("writable mapping") != std::string::npos);
  seat.worker->condemn(sealed.error().what);
  CHECK(seat.worker->death().value().outcome == "policy_violation");
}

TEST_CASE("each way to misbehave has its outcome, and the next worker is unharmed") {
  stub::Bench bench;
  const std::pair<std::string, std::string> expected[] = {{"flood", "policy_violation"},
                                                          {"garbage", "policy_violation"},
                                                          {"deep", "policy_violation"},
                                                          {"not_a_reply", "policy_violation"},
                                                          {"smuggle", "policy_violation"},
                                                          {"segfault", "crash"},
                                                          {"leave", "crash"},
                                                          {"suicide", "crash"},
                                                          {"hang_up", "crash"}};
  for (const auto& [trick, outcome] : expected) CHECK_MESSAGE(death_by(bench, trick).outcome == outcome, trick);
  for (const std::string trick : {"sleep", "stop", "drip"})
    CHECK_MESSAGE(death_by(bench, trick, 0.3).outcome == "timeout", trick);
  CHECK(bench.take().worker->request(ask("echo"), {}, within(20)).ok());
  CHECK(bench.parent.starts() == 1);
}

TEST_CASE("reasons name what was asked and how it ended") {
  stub::Bench bench;
  CHECK(death_by(bench, "segfault").reason.find("'segfault' without an answer: signal 11") != std::string::npos);
  CHECK(death_by(bench, "leave").reason.find("exit 0") != std::string::npos);
  CHECK(death_by(bench, "hang_up").reason == "closed its channel during 'hang_up'");
  CHECK(death_by(bench, "suicide").reason.find("killed during 'suicide'") == 0);
}

TEST_CASE("a second answer to one question is a breach") {
  stub::Bench bench;
  Seat seat = bench.take();
  REQUIRE(seat.worker->request(ask("twice"), {}, within(20)).ok());
  CHECK_FALSE(seat.worker->request(ask("echo"), {}, within(20)).ok());
  CHECK(seat.worker->death().value().outcome == "policy_violation");
}

TEST_CASE("limits end a worker as resource") {
  stub::Bench memory({.memory_bytes = 200 << 20});
  const Death eaten = death_by(memory, "eat");
  CHECK_MESSAGE(eaten.outcome == "resource", eaten.reason);
  stub::Bench time({.cpu_seconds = 1});
  const Death burnt = death_by(time, "burn");
  CHECK_MESSAGE(burnt.outcome == "resource", burnt.reason);
}

TEST_CASE("a daemonised grandchild does not survive its worker, nor hide its death") {
  stub::Bench bench;
  Seat seat = bench.take();
  const auto reply = seat.worker->request(ask("daemonise"), {}, within(20));
  REQUIRE(reply.ok());
  CHECK_FALSE(seat.worker->request(ask("echo"), {}, within(20)).ok());
  CHECK(seat.worker->death().value().outcome == "crash");
  CHECK(stub::gone(static_cast<pid_t>((*reply)["pid"].integer())));
}

TEST_CASE("a checker's death is ours, not the candidate's") {
  stub::Bench bench({}, Role::checker);
  CHECK(death_by(bench, "segfault").outcome == "infrastructure");
}

TEST_CASE("a request can be stopped from elsewhere") {
  stub::Bench bench;
  Seat seat = bench.take();
  std::stop_source stop;
  std::thread elsewhere([&stop] { stop.request_stop(); });
  const auto reply = seat.worker->request(ask("sleep"), {}, within(60), stop.get_token());
  elsewhere.join();
  REQUIRE_FALSE(reply.ok());
  CHECK(reply.error().code == ErrorCode::cancelled);
}

TEST_CASE("no descriptor and no process stays behind") {
  std::size_t before = 0;
  pid_t pid = 0;
  {
    stub::Bench bench({}, Role::candidate, 1);
    for (const std::string trick : {"echo", "echo", "smuggle", "segfault", "garbage", "echo"}) {
      Seat seat = bench.take();
      static_cast<void>(seat.worker->request(ask(trick), {}, within(20)));
      pid = seat.worker->pid();
      seat.worker->finish();
      if (before == 0) before = stub::open_descriptors();
      CHECK(stub::open_descriptors() == before);
    }
    CHECK(std::distance(std::filesystem::directory_iterator(bench.base.path), {}) == 1);  // the spare's folder
  }
  CHECK(stub::gone(pid));
}
