#pragma once
// records.jsonl: one line a sample, only ever appended. What append() has returned for survives a power cut.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "touchstone/result.hpp"
#include "touchstone/value.hpp"
#include "util/descriptor.hpp"

namespace touchstone {

/// Appends records. May be called from any thread; appends that meet share one write and one fsync.
class Records {
 public:
  /// Opens or makes the file and cuts off a line that a crash left unfinished. Errors: environment.
  static Result<std::unique_ptr<Records>> open(const std::string& path);

  /// Returns once the record is on disk. A record is a map with a text `key`; its line begins with it. After an error
  /// (environment: disk full, file too large) what was written before is whole, and a later append may succeed,
  /// except after a failed fsync, which nothing can be trusted after.
  Result<None> append(const Value& record);
  /// Bytes of an unfinished line that open() cut off.
  std::int64_t torn_bytes() const { return torn_bytes_; }

 private:
  Records(std::string path, Descriptor file, std::int64_t size, std::int64_t torn)
      : path_(std::move(path)), file_(std::move(file)), size_(size), torn_bytes_(torn) {}
  Result<None> store(const std::string& lines);

  const std::string path_;
  Descriptor file_;
  std::int64_t size_;  ///< bytes of whole, durable lines; only the one who writes touches it
  const std::int64_t torn_bytes_;
  std::mutex mutex_;
  std::condition_variable stored_;
  struct Batch {
    std::string lines;
    bool done{false};
    Result<None> result{None{}};
  };
  std::shared_ptr<Batch> next_{std::make_shared<Batch>()};  ///< what the next write takes
  bool writing_{false};
  bool broken_{false};
};

/// What reading found; line numbers start at 1.
struct Reading {
  std::int64_t records{0};
  std::int64_t replaced{0};           ///< earlier records of a key that came again
  std::vector<std::int64_t> damaged;  ///< lines that are not a record; to be shown, and their samples done again
  std::int64_t torn_bytes{0};         ///< an unfinished last line
};

/// Hands over the last record of every key, in the order of the file, one at a time, until `take` returns false.
/// Holds the keys in memory, never the records. A file that is not there has no records.
/// Errors: io (not readable).
Result<Reading> read_records(const std::string& path, const std::function<bool(Value)>& take);

}  // namespace touchstone
