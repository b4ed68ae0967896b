// A worker's half of the channel: whatever bytes it sends, the host reads objects until it says what was wrong.

#include <sys/socket.h>

#include "exec/frames.hpp"
#include "fuzz/fuzz.hpp"

using namespace touchstone;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto ends = connected_pair(Shape::stream);
  fuzz::must(ends.ok(), "there is a socket pair");
  const auto room = std::min<std::size_t>(size, 64 << 10);  // what the socket takes without a reader
  fuzz::must(::send(ends->theirs.get(), data, room, MSG_NOSIGNAL) == static_cast<ssize_t>(room) || room == 0, "sent");
  ends->theirs.close();
  Channel channel(std::move(ends->ours), {});
  for (std::size_t frames = 0;; ++frames) {
    fuzz::must(frames <= size / 4, "a frame takes four bytes at least");
    const auto got = channel.receive(within(5));
    if (got) continue;
    fuzz::must(got.error().code != ErrorCode::timeout, "nobody waits for the dead");
    return 0;
  }
}
