#pragma once
// What the host tells a person while it works: lines on stderr. The only user of spdlog is log.cpp.

#include <iosfwd>
#include <memory>
#include <string_view>

#include "touchstone/host.hpp"

namespace spdlog {
class logger;
}

namespace touchstone {

/// An object that is handed on, never a global one. write may be called from any thread.
class Log {
 public:
  /// To stderr; in colour only on a terminal and where NO_COLOR is not set.
  explicit Log(Level least = Level::info);
  /// To a stream that must outlive the log: for tests.
  Log(Level least, std::ostream& stream);

  /// Control characters other than newline and tab are replaced, so that no foreign text steers a terminal.
  void write(Level level, std::string_view text) const;
  bool shows(Level level) const { return level >= least_; }

 private:
  Level least_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace touchstone
