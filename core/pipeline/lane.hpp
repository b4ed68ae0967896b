#pragma once
// What one lane of execution works with. Parents are shared by all lanes; workers are a lane's own.

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "exec/device_slots.hpp"
#include "exec/pool.hpp"
#include "pipeline/checking.hpp"
#include "pipeline/wiring.hpp"

namespace touchstone {

/// Bounds on the work of one candidate, from the config's `limits`.
struct Allowance {
  double load_seconds{30}, call_seconds{30}, checker_seconds{120}, timing_seconds{0.3};
  std::int64_t argument_bytes{0};
};

Allowance allowance_of(const LimitsConfig& limits);

/// The warm parents of a run, one a role; the compiler's only where the runtime has that role on the device.
class Workshop {
 public:
  /// Starts every parent and waits for them: importing takes seconds. Errors: environment, with the remedy.
  static Result<std::unique_ptr<Workshop>> open(const Wiring& wiring, const std::string& scratch);

  Parent& candidates() { return *candidates_; }
  Parent& checkers() { return *checkers_; }
  Parent* compilers() { return compilers_.get(); }
  DeviceSlots& slots() { return slots_; }
  const std::string& scratch() const { return scratch_; }
  const std::vector<Feature>& containment() const { return features_; }
  /// What each parent said about itself: versions.
  const Value& facts() const { return facts_; }

 private:
  Result<None> wait_for_parents();
  Launcher launcher_;
  std::unique_ptr<Parent> candidates_, checkers_, compilers_;
  DeviceSlots slots_;
  std::string scratch_;
  std::vector<Feature> features_;
  Value facts_;
};

/// Used by one thread at a time.
class Lane {
 public:
  /// `stop` ends every wait of this lane; the workers that were waited for are dead then.
  Lane(Workshop& workshop, const Device& device, const Allowance& allowance, std::stop_token stop = {});
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  Result<Seat> candidate() { return candidates_.take(); }
  Result<Seat> compiler() { return compilers_->take(); }
  bool compiles() const { return compilers_.has_value(); }
  Checker& checker() { return checker_; }
  DeviceSlots& slots() { return workshop_.slots(); }
  const Device& device() const { return device_; }
  const Allowance& allowance() const { return allowance_; }
  const std::stop_token& stop() const { return stop_; }

 private:
  Workshop& workshop_;
  const Device& device_;
  const Allowance& allowance_;
  std::stop_token stop_;
  Pool candidates_;
  std::optional<Pool> compilers_;
  std::optional<Seat> checker_seat_;
  Checker checker_;
};

}  // namespace touchstone
