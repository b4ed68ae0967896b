#pragma once
// The devices of a run, each with the warm parents of its workers. A device that falls ill or goes away is left out for
// the rest of the run.

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exec/device_slots.hpp"
#include "exec/pool.hpp"
#include "pipeline/golden_outputs.hpp"
#include "pipeline/wiring.hpp"

namespace touchstone {

/// A device and the parents of the workers on it; the compiler's only where the runtime has that role there. Devices
/// that are told apart by nothing in a start share its parent.
struct Station {
  Device device;
  std::shared_ptr<Parent> candidates, checkers, compilers;
  std::shared_ptr<GoldenOutputs> goldens;  ///< what they printed here
};

/// A device that was left out, and why.
struct LeftOut {
  std::string device, reason;
};

/// May be called from any thread. Must not outlive the wiring.
class Workshop {
 public:
  /// Prepares every device of the wiring, and starts and waits for the parents of the first `warm` of them (importing
  /// takes seconds); further ones start when a lane comes. A device whose parents cannot start is left out. Errors:
  /// environment, with the remedy, where no device is left.
  static Result<std::unique_ptr<Workshop>> open(const Wiring& wiring, const std::string& scratch, std::size_t warm);

  /// For a lane: the usable station with the fewest lanes, another than `from` where there is one. The lane counts
  /// there from now on. Where none is usable, `from` or the first: holding its device gives the reason.
  const Station& enter(const Station* from = nullptr);
  /// Asks the runtime how a station's device is now, and leaves out one that is in trouble or gone. Gives what is
  /// wrong, or an empty text.
  std::string examine(const Station& station);
  /// A sample was judged here, or failed here by no fault of its own (not elsewhere, with nothing wrong that the
  /// runtime knew): three such in a row leave the device out. `failures` is what there were when the sample began, so
  /// that many that fail at one moment (a parent that died) count as one.
  void fared_well(const Station& station);
  void fared_badly(const Station& station, int failures, const std::string& reason);
  int failures(const Station& station) const;
  std::vector<LeftOut> left_out() const;
  std::size_t usable() const;  ///< how many devices are left

  DeviceSlots& slots() { return slots_; }
  const Wiring& wiring() const { return wiring_; }
  const std::string& scratch() const { return scratch_; }
  const std::vector<Feature>& containment() const { return features_; }
  /// What the parents said about themselves, by role: versions.
  const Value& facts() const { return facts_; }

  explicit Workshop(const Wiring& wiring) : wiring_(wiring) {}  ///< for open()

 private:
  struct Place {
    Station station;
    long lanes{0};
    int failures{0};     ///< in a row
    std::string left{};  ///< why it is left out, or empty
  };
  struct Known {
    Start start;
    std::shared_ptr<Parent> parent;
  };
  std::shared_ptr<Parent> parent_for(const Start& start, Role role, const Containment& containment);
  Result<Station> prepare(const Device& device, const Containment& strict, const Containment& trusted);
  bool warm(std::size_t first, std::size_t last, std::optional<Error>& failed);
  void leave_out(Place& place, const std::string& reason);
  Place& place_of(const Station& station) const;

  const Wiring& wiring_;
  std::string scratch_;
  Launcher launcher_;
  std::vector<Feature> features_;
  std::vector<Known> known_;
  std::vector<std::unique_ptr<Place>> places_;
  std::vector<LeftOut> left_out_;
  mutable std::mutex mutex_;  ///< guards what changes after open(): lanes, failures, left, left_out_
  DeviceSlots slots_;
  Value facts_;
};

}  // namespace touchstone
