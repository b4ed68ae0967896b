#include "exec/frames.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "util/json.hpp"

namespace touchstone {

namespace {

constexpr std::size_t most_descriptors = 253;  // SCM_MAX_FD of Linux

Error timed_out() { return Error{ErrorCode::timeout, "no answer in time"}; }
Error gone() { return Error{ErrorCode::io, "the other side is gone"}; }
Error breach(std::string what) { return Error{ErrorCode::worker, std::move(what)}; }

Result<Value> parse(std::string_view json) {
  auto value = read_json(json, "frame");  // it bounds the depth
  if (!value) return breach("sent what is not JSON: " + value.error().what);
  if (!value->is_map()) return breach("sent JSON that is not an object");
  return value;
}

struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * most_descriptors) + CMSG_SPACE(sizeof(ucred))> bytes;
};

/// Hands descriptors to a message's first byte.
void attach(msghdr& message, Control& control, std::span<const int> descriptors) {
  if (descriptors.empty()) return;
  message.msg_control = control.bytes.data();
  message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
  std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
}

struct Received {
  ssize_t size{0};
  int flags{0};
  int descriptors{0};  ///< how many rode along; they are closed already
  pid_t sender{0};
};

Received receive_some(int socket, char* to, std::size_t size) {
  Control control;
  iovec part{to, size};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  Received out;
  out.size = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (out.size < 0) return out;
  out.flags = message.msg_flags;
  for (cmsghdr* item = CMSG_FIRSTHDR(&message); item; item = CMSG_NXTHDR(&message, item)) {
    if (item->cmsg_level != SOL_SOCKET) continue;
    if (item->cmsg_type == SCM_RIGHTS) {
      const std::size_t count = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      std::array<int, most_descriptors> found{};
      std::memcpy(found.data(), CMSG_DATA(item), count * sizeof(int));
      for (std::size_t i = 0; i < count; ++i) ::close(found[i]);
      out.descriptors += static_cast<int>(count);
    } else if (item->cmsg_type == SCM_CREDENTIALS) {
      ucred who{};
      std::memcpy(&who, CMSG_DATA(item), sizeof who);
      out.sender = who.pid;
    }
  }
  return out;
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Result<Ends> connected_pair(Shape shape) {
  int ends[2];
  if (::socketpair(AF_UNIX, (shape == Shape::stream ? SOCK_STREAM : SOCK_SEQPACKET) | SOCK_CLOEXEC, 0, ends) != 0)
    return Error{ErrorCode::environment, std::string("cannot make a socket pair: ") + std::strerror(errno)};
  const int on = 1;  // the kernel then says who sent, in our numbers, whatever pid the sender believes to have
  if (shape == Shape::stream) ::setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
  return Ends{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// Waits until the socket can be used. What has already arrived is read even from the dead.
Result<None> Channel::wait(short events, Deadline deadline) {
  std::vector<pollfd> items{{socket_.get(), events, 0}};
  for (const int fd : gone_) items.push_back({fd, POLLIN, 0});
  for (;;) {
    const int ready = ::poll(items.data(), items.size(), poll_milliseconds(deadline));
    if (ready > 0 && items.front().revents != 0) return None{};
    if (ready > 0) return gone();
    if (ready < 0 && errno != EINTR) return gone();
    if (passed(deadline)) return timed_out();
  }
}

bool Channel::peer_gone() const {
  std::vector<pollfd> items;
  for (const int fd : gone_) items.push_back({fd, POLLIN, 0});
  return ::poll(items.data(), items.size(), 0) > 0;
}

Result<None> Channel::heard_nothing() const {
  char byte = 0;
  if (::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) return breach("spoke without being asked");
  return None{};
}

Result<None> Channel::send(const Value& body, std::span<const int> descriptors, Deadline deadline) {
  if (auto silent = heard_nothing(); !silent) return silent;
  const std::string json = write_json(body);
  if (json.size() > frame_limit || descriptors.size() > most_descriptors)
    return Error{ErrorCode::internal,
                 "a request of " + std::to_string(json.size()) + " bytes is too large for a frame"};
  const auto size = static_cast<std::uint32_t>(json.size());
  std::string bytes{static_cast<char>(size), static_cast<char>(size >> 8), static_cast<char>(size >> 16),
                    static_cast<char>(size >> 24)};
  bytes += json;
  Control control;
  for (std::size_t done = 0; done < bytes.size();) {
    if (auto free = wait(POLLOUT, deadline); !free) return free;
    iovec part{bytes.data() + done, bytes.size() - done};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (done == 0) attach(message, control, descriptors);
    const ssize_t sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && !would_block()) return gone();
    if (sent > 0) done += static_cast<std::size_t>(sent);
    if (passed(deadline) && done < bytes.size()) return timed_out();
  }
  return None{};
}

Result<None> Channel::receive_bytes(char* to, std::size_t size, Deadline deadline) {
  for (std::size_t done = 0; done < size;) {
    if (auto ready = wait(POLLIN, deadline); !ready) return ready;
    const Received got = receive_some(socket_.get(), to + done, size - done);
    if (got.size == 0) return gone();
    if (got.size < 0 && !would_block()) return gone();
    if (got.descriptors > 0 || (got.flags & MSG_CTRUNC)) return breach("sent descriptors that nobody asked for");
    if (got.sender != 0) sender_ = got.sender;
    if (got.size > 0) done += static_cast<std::size_t>(got.size);
    if (passed(deadline) && done < size) return timed_out();  // one that drips is not waited for
  }
  return None{};
}

Result<Value> Channel::receive(Deadline deadline) {
  std::array<char, 4> head{};
  if (auto got = receive_bytes(head.data(), head.size(), deadline); !got) return got.error();
  std::uint32_t size = 0;
  for (std::size_t i = 0; i < head.size(); ++i)
    size |= static_cast<std::uint32_t>(static_cast<unsigned char>(head[i])) << (8 * i);
  if (size > frame_limit) return breach("announced a frame of " + std::to_string(size) + " bytes");
  std::string json(size, '\0');
  if (auto got = receive_bytes(json.data(), json.size(), deadline); !got) return got.error();
  return parse(json);
}

Result<None> send_packet(int socket, const Value& body, std::span<const int> descriptors, Deadline deadline) {
  std::string json = write_json(body);
  if (json.size() > packet_limit) return Error{ErrorCode::internal, "a control packet is too large"};
  Control control;
  for (;;) {
    iovec part{json.data(), json.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    attach(message, control, descriptors);
    if (::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return None{};
    if (!would_block()) return gone();
    pollfd item{socket, POLLOUT, 0};
    ::poll(&item, 1, poll_milliseconds(deadline));
    if (passed(deadline)) return timed_out();
  }
}

Result<Value> receive_packet(int socket, int process, Deadline deadline) {
  std::string packet(packet_limit, '\0');
  for (;;) {
    std::array<pollfd, 2> items{{{socket, POLLIN, 0}, {process, POLLIN, 0}}};
    const int ready = ::poll(items.data(), items.size(), poll_milliseconds(deadline));
    if (ready > 0 && items[0].revents == 0) return gone();
    if (ready > 0) {
      const Received got = receive_some(socket, packet.data(), packet.size());
      if (got.size == 0) return gone();
      if (got.size < 0 && !would_block()) return gone();
      if (got.flags & MSG_TRUNC) return breach("sent a control packet that is too large");
      if (got.size > 0) return parse(std::string_view(packet).substr(0, static_cast<std::size_t>(got.size)));
    }
    if (passed(deadline)) return timed_out();
  }
}

}  // namespace touchstone
