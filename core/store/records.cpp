#include "store/records.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <unordered_map>

#include "util/file_system.hpp"
#include "util/json.hpp"

namespace touchstone {

namespace {

Error disk_error(const std::string& path, const char* what, int cause) {
  const bool full = cause == ENOSPC || cause == EDQUOT || cause == EFBIG;
  return Error{ErrorCode::environment, std::string(what) + ": " + std::strerror(cause), path,
               full ? "make room and start the same command again: nothing that was written is lost" : ""};
}

/// Where the last whole line ends.
Result<std::int64_t> end_of_lines(int file, const std::string& path) {
  struct stat info {};
  if (::fstat(file, &info) != 0) return disk_error(path, "cannot look at the records", errno);
  std::array<char, 65536> block;
  for (off_t end = info.st_size; end > 0;) {
    const off_t start = std::max<off_t>(0, end - static_cast<off_t>(block.size()));
    const ssize_t size = ::pread(file, block.data(), static_cast<std::size_t>(end - start), start);
    if (size != end - start) return disk_error(path, "cannot read the records", size < 0 ? errno : EIO);
    for (ssize_t i = size; i > 0; --i)
      if (block[static_cast<std::size_t>(i - 1)] == '\n') return static_cast<std::int64_t>(start + i);
    end = start;
  }
  return 0;
}

/// The key of a line; our own lines begin with it, so that no whole record is parsed for it.
std::string key_of(const std::string& line) {
  constexpr std::string_view start = R"({"key":")";
  if (line.compare(0, start.size(), start) == 0 && line.back() == '}') {
    const std::size_t end = line.find_first_of("\"\\", start.size());
    if (end != std::string::npos && line[end] == '"') return line.substr(start.size(), end - start.size());
  }
  const auto value = read_json(line, "record");
  return value ? (*value)["key"].text() : std::string();
}

/// Lines of a file with their numbers; gives the bytes of an unfinished last one.
Result<std::int64_t> each_line(const std::string& path,
                               const std::function<bool(std::int64_t, const std::string&)>& take) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{ErrorCode::io, std::string("cannot read the records: ") + std::strerror(errno), path};
  std::string line;
  for (std::int64_t number = 1; std::getline(file, line); ++number) {
    if (file.eof()) return static_cast<std::int64_t>(line.size());  // no newline at its end
    if (!take(number, line)) break;
  }
  if (file.bad()) return Error{ErrorCode::io, "cannot read the records to their end", path};
  return 0;
}

}  // namespace

Result<std::unique_ptr<Records>> Records::open(const std::string& path) {
  if (std::error_code code; !std::filesystem::exists(path, code))  // so that its name is durable, too
    if (auto made = write_file_atomically(path, ""); !made)
      return Error{ErrorCode::environment, made.error().what, made.error().where, made.error().hint};
  Descriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file) return disk_error(path, "cannot open the records", errno);
  const auto end = end_of_lines(file.get(), path);
  if (!end) return end.error();
  const std::int64_t torn = ::lseek(file.get(), 0, SEEK_END) - *end;
  if (torn > 0 && ::ftruncate(file.get(), *end) != 0)
    return disk_error(path, "cannot cut off an unfinished record", errno);
  if (torn > 0 && ::fsync(file.get()) != 0) return disk_error(path, "cannot write the records", errno);
  return std::unique_ptr<Records>(new Records(path, std::move(file), *end, torn));
}

/// Group commit: whoever finds nobody writing writes for all that have queued since; the others wait for their batch.
Result<None> Records::append(const Value& record) {
  if (record["key"].text().empty()) return Error{ErrorCode::internal, "a record without a key"};
  const bool first = record.map().front().first == "key";
  Value line = record;
  if (!first) {
    line = Value().set("key", record["key"]);
    for (const auto& [key, value] : record.map()) line.set(key, value);
  }
  const std::string text = write_json(line) + "\n";
  std::unique_lock lock(mutex_);
  const std::shared_ptr<Batch> mine = next_;
  mine->lines += text;
  stored_.wait(lock, [&] { return mine->done || !writing_; });
  if (mine->done) return mine->result;
  writing_ = true;
  next_ = std::make_shared<Batch>();
  lock.unlock();
  Result<None> result = store(mine->lines);
  lock.lock();
  mine->result = std::move(result);
  mine->done = true;
  writing_ = false;
  stored_.notify_all();
  return mine->result;
}

/// Writes whole lines at the end, or nothing: half a line is cut off again.
Result<None> Records::store(const std::string& lines) {
  if (broken_) return Error{ErrorCode::environment, "the disk failed before: no more is written", path_};
  std::size_t done = 0;
  int cause = 0;
  while (done < lines.size() && cause == 0) {
    const ssize_t size =
        ::pwrite(file_.get(), lines.data() + done, lines.size() - done, size_ + static_cast<off_t>(done));
    if (size > 0)
      done += static_cast<std::size_t>(size);
    else if (size == 0 || errno != EINTR)
      cause = size == 0 ? EIO : errno;
  }
  if (cause != 0) {
    broken_ = ::ftruncate(file_.get(), size_) != 0;
    return disk_error(path_, "cannot write a record", cause);
  }
  if (::fdatasync(file_.get()) != 0) {
    broken_ = true;  // the kernel may have dropped the pages, and would report it only once
    return disk_error(path_, "cannot make a record durable", errno);
  }
  size_ += static_cast<std::int64_t>(lines.size());
  return None{};
}

Result<Reading> read_records(const std::string& path, const std::function<bool(Value)>& take) {
  Reading out;
  if (std::error_code code; !std::filesystem::exists(path, code) && !code) return out;
  std::unordered_map<std::string, std::int64_t> last;  // key -> number of its last line
  std::int64_t lines = 0;
  const auto first = each_line(path, [&](std::int64_t number, const std::string& line) {
    lines = number;
    const std::string key = line.empty() ? std::string() : key_of(line);
    if (key.empty())
      out.damaged.push_back(number);
    else
      last[key] = number;
    return true;
  });
  if (!first) return first.error();
  out.torn_bytes = *first;
  out.replaced = lines - static_cast<std::int64_t>(last.size() + out.damaged.size());
  const auto second = each_line(path, [&](std::int64_t number, const std::string& line) {
    if (number > lines) return false;  // appended meanwhile
    const auto found = last.find(line.empty() ? std::string() : key_of(line));
    if (found == last.end() || found->second != number) return true;
    auto value = read_json(line, path);
    if (!value) {
      out.damaged.push_back(number);
      return true;
    }
    ++out.records;
    return take(std::move(*value));
  });
  if (!second) return second.error();
  return out;
}

}  // namespace touchstone
