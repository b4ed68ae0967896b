#pragma once
// The framed channel of core/workers/README.md: length-prefixed JSON on a stream socket, and one JSON object a packet
// on a parent's control socket. The other side is not trusted: every size is bounded, every wait has a deadline.

#include <sys/types.h>

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "touchstone/result.hpp"
#include "touchstone/value.hpp"
#include "util/deadline.hpp"
#include "util/descriptor.hpp"

namespace touchstone {

inline constexpr std::size_t frame_limit = std::size_t{4} << 20;    ///< bytes of one frame
inline constexpr std::size_t packet_limit = std::size_t{64} << 10;  ///< bytes of one control packet

/// Both ends of a connected pair of local sockets.
struct Ends {
  Descriptor ours, theirs;
};
enum class Shape { stream, packets };
Result<Ends> connected_pair(Shape shape);

/// One end of a stream socket, used by one thread at a time. All errors: timeout (the deadline passed), io (the other
/// side is gone), worker (it broke the protocol). After an error the channel is of no more use.
class Channel {
 public:
  /// `gone`: descriptors that turn readable when the other side has died; not owned. They are needed because a
  /// descendant of the dead may keep the socket open.
  Channel(Descriptor socket, std::vector<int> gone) : socket_(std::move(socket)), gone_(std::move(gone)) {}

  /// Sends one frame with descriptors on its first byte. Bytes that came unasked are a breach.
  Result<None> send(const Value& body, std::span<const int> descriptors, Deadline deadline);
  /// One frame; descriptors that ride on it are closed, and a breach: no reply of the protocol carries any.
  Result<Value> receive(Deadline deadline);
  /// True once one of the `gone` descriptors says so.
  bool peer_gone() const;
  /// The process that sent what was last received, told by the kernel; 0 before.
  pid_t sender() const { return sender_; }
  void close() { socket_.close(); }

 private:
  Result<None> receive_bytes(char* to, std::size_t size, Deadline deadline);
  Result<None> wait(short events, Deadline deadline);
  Result<None> heard_nothing() const;
  Descriptor socket_;
  std::vector<int> gone_;
  pid_t sender_{0};
};

/// One packet on a control socket; descriptors ride along. Safe from several threads. Errors as of Channel.
Result<None> send_packet(int socket, const Value& body, std::span<const int> descriptors, Deadline deadline);
/// The next packet; `process` is the pidfd of the sender, whose end is an `io` error.
Result<Value> receive_packet(int socket, int process, Deadline deadline);

}  // namespace touchstone
