#pragma once
// What one lane of execution works with: a device of the workshop, whose parents it shares with others, and workers of
// its own.

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "pipeline/checking.hpp"
#include "pipeline/workshop.hpp"

namespace touchstone {

/// Bounds on the work of one candidate, from the config's `limits`.
struct Allowance {
  double load_seconds{30}, call_seconds{30}, program_seconds{120}, checker_seconds{120}, timing_seconds{0.3};
  std::int64_t argument_bytes{0};
};

Allowance allowance_of(const LimitsConfig& limits);

/// Used by one thread at a time.
class Lane {
 public:
  /// `stop` ends every wait of this lane; the workers that were waited for are dead then.
  Lane(Workshop& workshop, const Allowance& allowance, std::stop_token stop = {});
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  Result<Seat> candidate() { return workers_->candidates.take(); }
  Result<Seat> compiler() { return workers_->compilers->take(); }
  bool compiles() const { return workers_->compilers.has_value(); }
  Checker& checker() { return workers_->checker; }
  /// Goes on with fresh workers, on another device where there is one that can be used. No seat may be held. True where
  /// the device is another now.
  bool move();
  const Device& device() const { return station_->device; }
  const Station& station() const { return *station_; }
  Workshop& workshop() const { return workshop_; }
  DeviceSlots& slots() { return workshop_.slots(); }
  const Allowance& allowance() const { return allowance_; }
  const std::stop_token& stop() const { return stop_; }

 private:
  /// The lane's own on one device.
  struct Workers {
    Workers(const Station& station, const std::string& scratch, CheckerSettings settings);
    Pool candidates;
    std::optional<Pool> compilers;
    std::optional<Seat> checker_seat;
    Checker checker;
  };
  void equip();

  Workshop& workshop_;
  const Allowance& allowance_;
  std::stop_token stop_;
  const Station* station_;
  std::optional<Workers> workers_;
};

}  // namespace touchstone
