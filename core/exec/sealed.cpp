#include "exec/sealed.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace touchstone {

namespace {
constexpr unsigned no_exec = 0x0008U;  // MFD_NOEXEC_SEAL, Linux 6.3
constexpr int wanted_seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK;

Error memory_error(std::string_view what) {
  return Error{ErrorCode::environment, "shared memory: cannot " + std::string(what) + ": " + std::strerror(errno)};
}
}  // namespace

Result<Shared> Shared::create(const std::string& name) {
  int memory = ::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING | no_exec);
  if (memory < 0 && errno == EINVAL) memory = ::memfd_create(name.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return memory_error("be made");
  return Shared(Descriptor(memory));
}

Result<Shared> Shared::of(const std::string& name, std::string_view bytes) {
  auto shared = create(name);
  if (!shared) return shared;
  if (auto written = shared->write(bytes); !written) return written.error();
  if (auto sealed = shared->seal(); !sealed) return sealed.error();
  return shared;
}

Result<std::int64_t> Shared::size() const {
  struct stat info {};
  if (::fstat(memory_.get(), &info) != 0) return memory_error("be measured");
  return static_cast<std::int64_t>(info.st_size);
}

Result<None> Shared::write(std::string_view bytes) {
  const auto start = size();
  if (!start) return start.error();
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto at = static_cast<off_t>(*start) + static_cast<off_t>(done);
    const ssize_t count = ::pwrite(memory_.get(), bytes.data() + done, bytes.size() - done, at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return memory_error("be written");
    done += static_cast<std::size_t>(count);
  }
  return None{};
}

Result<std::string> Shared::read(std::int64_t offset, std::size_t count) const {
  const auto end = size();
  if (!end) return end.error();
  if (offset < 0 || offset >= *end) return std::string();
  std::string out(std::min(count, static_cast<std::size_t>(*end - offset)), '\0');
  std::size_t done = 0;
  while (done < out.size()) {
    const auto at = static_cast<off_t>(offset) + static_cast<off_t>(done);
    const ssize_t got = ::pread(memory_.get(), out.data() + done, out.size() - done, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return memory_error("be read");
    if (got == 0) break;  // it shrank meanwhile
    done += static_cast<std::size_t>(got);
  }
  out.resize(done);
  return out;
}

Result<None> Shared::seal() {
  ::fcntl(memory_.get(), F_ADD_SEALS, wanted_seals | F_SEAL_SEAL);
  const int cause = errno;  // of interest only where the seals are not there
  const int seals = ::fcntl(memory_.get(), F_GET_SEALS);
  if (seals >= 0 && (seals & wanted_seals) == wanted_seals) return None{};
  return Error{ErrorCode::worker, cause == EBUSY ? "outputs cannot be sealed: a writable mapping of them is still held"
                                                 : "outputs cannot be sealed: they carry foreign seals"};
}

}  // namespace touchstone
