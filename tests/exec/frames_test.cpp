#include "exec/frames.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include "exec/sealed.hpp"
#include "stub.hpp"

using namespace touchstone;

namespace {
struct Pair {
  Pair() : Pair(std::move(connected_pair(Shape::stream).value())) {}
  explicit Pair(Ends ends) : channel(std::move(ends.ours), {}), peer(std::move(ends.theirs)) {}
  void say(std::string bytes) {
    REQUIRE(::send(peer.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  }
  Channel channel;
  Descriptor peer;
};
std::string frame(const std::string& json) {
  return {std::string{static_cast<char>(json.size()), static_cast<char>(json.size() >> 8), 0, 0} + json};
}
}  // namespace

TEST_CASE("frames go there and back") {
  Pair pair;
  REQUIRE(pair.channel.send(Value().set("do", "x"), {}, within(5)).ok());
  char got[64]{};
  CHECK(::recv(pair.peer.get(), got, sizeof got, 0) == 14);
  CHECK(std::string(got, 14) == frame(R"({"do":"x"})"));
  pair.say(frame(R"({"ok": true, "text": "]]]]"})"));
  const auto reply = pair.channel.receive(within(5));
  REQUIRE(reply.ok());
  CHECK((*reply)["ok"].flag());
  CHECK(pair.channel.sender() == ::getpid());
}

TEST_CASE("a frame that never ends meets the deadline, a closed channel does not") {
  Pair pair;
  pair.say(frame("{}").substr(0, 5));
  CHECK(pair.channel.receive(within(0.05)).error().code == ErrorCode::timeout);
  Pair closed;
  closed.peer.close();
  CHECK(closed.channel.receive(within(60)).error().code == ErrorCode::io);
  CHECK(closed.channel.send(Value().set("do", "x"), {}, within(60)).error().code == ErrorCode::io);
}

TEST_CASE("one that never reads does not block us") {
  Pair pair;
  const Value body = Value().set("text", std::string(3 << 20, 'x'));
  CHECK(pair.channel.send(body, {}, within(0.1)).error().code == ErrorCode::timeout);
  CHECK(pair.channel.send(Value().set("text", std::string(5 << 20, 'x')), {}, within(1)).error().code ==
        ErrorCode::internal);
}

TEST_CASE("what is not an object of bounded depth is a breach") {
  for (const std::string& bytes : {frame("[1]"), frame("nope"), frame(""), std::string("\xff\xff\xff\xff"),
                                   frame(R"({"a":)" + std::string(300, '[') + std::string(300, ']') + "}")}) {
    Pair pair;
    pair.say(bytes);
    CHECK(pair.channel.receive(within(5)).error().code == ErrorCode::worker);
  }
}

TEST_CASE("memory that was sealed by somebody else first is not trusted") {
  auto honest = Shared::create("x");
  REQUIRE(honest->write("abc").ok());
  CHECK(honest->seal().ok());
  CHECK(honest->seal().ok());
  CHECK(honest->size().value() == 3);
  CHECK(honest->read(1, 10).value() == "bc");
  CHECK(honest->read(7, 10).value().empty());
  auto locked = Shared::create("x");
  REQUIRE(::fcntl(locked->descriptor(), F_ADD_SEALS, F_SEAL_SEAL) == 0);
  const auto sealed = locked->seal();
  REQUIRE_FALSE(sealed.ok());
  CHECK(sealed.error().what.find("foreign seals") != std::string::npos);
}
