#include "util/command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace touchstone {

namespace {

constexpr std::size_t tail_limit = 4096;

struct Pipe {
  Descriptor read, write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return Error{ErrorCode::environment, std::string("cannot make a pipe: ") + std::strerror(errno)};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Result<Descriptor> input_file(const std::string& text) {
  Descriptor file(::memfd_create("input", MFD_CLOEXEC));
  std::size_t done = 0;
  while (file && done < text.size()) {
    const ssize_t size = ::write(file.get(), text.data() + done, text.size() - done);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    done += static_cast<std::size_t>(size);
  }
  if (!file || done < text.size() || ::lseek(file.get(), 0, SEEK_SET) != 0)
    return Error{ErrorCode::environment, std::string("cannot prepare a program's input: ") + std::strerror(errno)};
  return file;
}

/// Appends what can be read now, at most `room` bytes; false at the end of the file.
bool take(int fd, std::string& out, std::size_t room) {
  std::array<char, 65536> buffer;
  while (room > 0) {
    const ssize_t size = ::read(fd, buffer.data(), std::min(room, buffer.size()));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno == EAGAIN;
    if (size == 0) return false;
    out.append(buffer.data(), static_cast<std::size_t>(size));
    room -= static_cast<std::size_t>(size);
  }
  return true;
}

void keep_tail(std::string& text) {
  if (text.size() > tail_limit) text.erase(0, text.size() - tail_limit);
}

/// Reads both pipes until the leader has ended, the deadline passed, or there is too much. A descendant that keeps the
/// pipes open is not waited for: the leader's end counts.
std::string gather(const Process& process, Pipe& out, Pipe& err, CommandReply& reply, std::size_t limit,
                   Deadline deadline) {
  bool out_open = true, err_open = true;
  for (;;) {
    const bool over = process.ended();
    if (out_open) out_open = take(out.read.get(), reply.output, limit + 1 - reply.output.size());
    if (err_open) err_open = take(err.read.get(), reply.error_tail, tail_limit * 16);
    keep_tail(reply.error_tail);
    if (reply.output.size() > limit) return "it wrote more than " + std::to_string(limit) + " bytes";
    if (over) return {};
    if (passed(deadline)) return "it did not end in time";
    std::array<pollfd, 3> items{{{process.fd(), POLLIN, 0},
                                 {out_open ? out.read.get() : -1, POLLIN, 0},
                                 {err_open ? err.read.get() : -1, POLLIN, 0}}};
    ::poll(items.data(), items.size(), poll_milliseconds(deadline));
  }
}

}  // namespace

Result<CommandReply> run_command(const CommandLine& line, Deadline deadline) {
  auto input = input_file(line.input);
  auto out = make_pipe(), err = make_pipe();
  if (!input) return input.error();
  if (!out || !err) return out ? err.error() : out.error();
  Spawn spawn{.argv = line.argv, .environment = line.environment, .folder = line.folder, .umask = 0022};
  spawn.descriptors = {{input->get(), 0}, {out->write.get(), 1}, {err->write.get(), 2}};
  spawn.die_with_thread = true;  // this thread waits for it
  auto process = Process::start(spawn);
  if (!process) return process.error();
  out->write.close();
  err->write.close();

  CommandReply reply;
  const std::string trouble = gather(*process, *out, *err, reply, line.output_limit, deadline);
  if (!trouble.empty()) {
    const bool late = passed(deadline) && reply.output.size() <= line.output_limit;
    return Error{late ? ErrorCode::timeout : ErrorCode::worker, "the program was stopped: " + trouble,
                 line.argv.front(), reply.error_tail.empty() ? "" : "it last said: " + reply.error_tail};
  }
  const auto exit = process->wait(within(1));
  reply.exit = exit.value_or(Exit{-1, 0});
  return reply;
}

}  // namespace touchstone
