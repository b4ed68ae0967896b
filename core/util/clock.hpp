#pragma once
// The time, as a seam: code that reads a clock for what it records takes a Clock, so that a test can give it another
// one. Waits use util/deadline.hpp.

#include <chrono>
#include <ctime>
#include <string>

namespace touchstone {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Seconds on a clock that only goes forward; its zero means nothing.
  virtual double seconds() const = 0;
  /// The time of day, "2025-01-31T12:00:00Z".
  virtual std::string utc() const = 0;
};

class SystemClock : public Clock {
 public:
  double seconds() const override {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  }
  std::string utc() const override {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[sizeof "2025-01-31T12:00:00Z"];
    return std::strftime(text, sizeof text, "%FT%TZ", &parts) ? text : "";
  }
};

}  // namespace touchstone
