#include "exec/work_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace touchstone {

namespace {

Error folder_error(const std::string& path, const char* what) {
  return Error{ErrorCode::environment, std::string("cannot make a work folder: ") + what, path,
               "point TMPDIR at a folder that can be written"};
}

/// Opens a folder for listing, although its owner took away the right to; never follows a link.
Descriptor open_folder(int at, const char* name) {
  Descriptor folder(::openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder || errno != EACCES) return folder;
  const Descriptor handle(::openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (handle) ::chmod(("/proc/self/fd/" + std::to_string(handle.get())).c_str(), 0700);
  return Descriptor(::openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// Where folders wait for their turn: names that nothing which has died could have guessed.
struct Queue {
  int top;
  std::string prefix;
  std::size_t length{0};
  std::string name(std::size_t number) const { return prefix + std::to_string(number); }
};

/// Empties a folder: files go at once, folders are moved up into the queue, so that a deep tree becomes a flat one.
bool flatten(int folder, Queue& queue) {
  ::fchmod(folder, 0700);
  const int listing = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(listing < 0 ? nullptr : ::fdopendir(listing), ::closedir);
  if (!entries) return false;
  std::vector<std::string> folders;  // moved only after the listing: a move into the folder being listed would show up
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != ".." && ::unlinkat(folder, entry->d_name, 0) != 0) folders.emplace_back(name);
  }
  bool clean = true;
  for (const std::string& name : folders) {
    const Descriptor child = open_folder(folder, name.c_str());
    const bool moved = child && ::fchmod(child.get(), 0700) == 0 &&  // only one who may write a folder may move it
                       ::renameat(folder, name.c_str(), queue.top, queue.name(queue.length).c_str()) == 0;
    if (moved) ++queue.length;
    clean = clean && moved;
  }
  return clean;
}

}  // namespace

bool remove_tree(const std::string& path) {
  const Descriptor top = open_folder(AT_FDCWD, path.c_str());
  if (!top) return errno == ENOENT;
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  Queue queue{top.get(), ".remove-" + std::to_string(now) + "-"};
  bool clean = flatten(top.get(), queue);
  for (std::size_t next = 0; next < queue.length; ++next) {
    const std::string name = queue.name(next);
    const Descriptor folder = open_folder(top.get(), name.c_str());
    clean = folder && flatten(folder.get(), queue) && clean;
    clean = ::unlinkat(top.get(), name.c_str(), AT_REMOVEDIR) == 0 && clean;
  }
  return ::rmdir(path.c_str()) == 0 && clean;
}

Result<WorkFolder> WorkFolder::create(const std::string& base) {
  std::error_code code;
  std::filesystem::create_directories(base, code);
  if (code) return folder_error(base, code.message().c_str());
  std::string path = base + "/touchstone-XXXXXX";
  if (!::mkdtemp(path.data())) return folder_error(base, std::strerror(errno));
  const std::string work = path + "/work", log = path + "/log";
  Descriptor file(::open(log.c_str(), O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file || ::mkdir(work.c_str(), 0700) != 0) {
    const Error error = folder_error(path, std::strerror(errno));
    remove_tree(path);
    return error;
  }
  return WorkFolder(std::move(path), std::move(file));
}

WorkFolder::~WorkFolder() {
  if (log_) remove_tree(path_);  // a moved-from one holds no log
}

std::string WorkFolder::log_tail(std::size_t most) const {
  struct stat info {};
  if (::fstat(log_.get(), &info) != 0 || info.st_size <= 0) return {};
  std::string out(std::min(most, static_cast<std::size_t>(info.st_size)), '\0');
  const ssize_t size = ::pread(log_.get(), out.data(), out.size(), info.st_size - static_cast<off_t>(out.size()));
  out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  if (static_cast<std::size_t>(info.st_size) <= most) return out;
  const std::size_t blank = out.find_first_of(" \n");  // no half a word in front
  return "…" + out.substr(blank < out.size() / 2 ? blank + 1 : 0);
}

}  // namespace touchstone
