#include "util/file_system.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "util/descriptor.hpp"

namespace touchstone {
namespace {

namespace fs = std::filesystem;

Error io_error(std::string_view doing, const std::string& path, int number = errno) {
  return {ErrorCode::io, "cannot " + std::string(doing) + ": " + std::strerror(number), path, ""};
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(file, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// Makes the rename itself last; not every file system can (then the rename still happened).
void sync_folder(const std::string& path) {
  const Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (!file || ::fstat(file.get(), &about) != 0) return io_error("read", path);
  if (S_ISDIR(about.st_mode)) return io_error("read", path, EISDIR);
  std::string out;
  out.reserve(std::min<std::uint64_t>(static_cast<std::uint64_t>(about.st_size), most));
  char buffer[1 << 16];
  while (true) {
    const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error("read", path);
    if (got == 0) return out;
    out.append(buffer, static_cast<std::size_t>(got));
    if (out.size() > most)
      return Error{ErrorCode::io, "cannot read: larger than " + std::to_string(most) + " bytes", path, ""};
  }
}

Result<None> write_file_atomically(const std::string& path, std::string_view text, mode_t mode) {
  std::string temporary = path + ".XXXXXX";
  const Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return io_error("write", path);
  const bool written = write_all(file.get(), text) && ::fchmod(file.get(), mode) == 0 && ::fsync(file.get()) == 0 &&
                       ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!written) {
    const int number = errno;
    ::unlink(temporary.c_str());
    return io_error("write", path, number);
  }
  sync_folder(path);
  return None{};
}

Result<std::vector<std::string>> list_folder(const std::string& path) {
  std::error_code code;
  std::vector<std::string> out;
  for (fs::directory_iterator entry(path, code), end; !code && entry != end; entry.increment(code))
    out.push_back(entry->path().filename().string());
  if (code) return io_error("list", path, code.value());
  std::sort(out.begin(), out.end());
  return out;
}

Result<None> make_folder(const std::string& path) {
  std::error_code code;
  fs::create_directories(path, code);
  if (code) return io_error("create the folder", path, code.value());
  return None{};
}

}  // namespace touchstone
