#pragma once
// A clock that goes only when a test says so.

#include <string>

#include "util/clock.hpp"

namespace touchstone {

struct FakeClock : Clock {
  double now{0};
  std::string time_of_day{"2025-01-31T12:00:00Z"};
  double seconds() const override { return now; }
  std::string utc() const override { return time_of_day; }
};

}  // namespace touchstone
