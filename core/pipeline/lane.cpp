#include "pipeline/lane.hpp"

namespace touchstone {

Allowance allowance_of(const LimitsConfig& limits) {
  return {limits.load_seconds,    limits.call_seconds,   limits.program_seconds,
          limits.checker_seconds, limits.timing_seconds, limits.argument_bytes};
}

Lane::Workers::Workers(const Station& station, const std::string& scratch, CheckerSettings settings)
    : candidates(*station.candidates, scratch),
      checker(
          [this, &station, scratch]() -> Result<std::unique_ptr<Worker>> {
            Pool pool(*station.checkers, scratch, 0);
            auto seat = pool.take();
            if (!seat) return seat.error();
            std::unique_ptr<Worker> worker = std::move(seat->worker);
            checker_seat.emplace(Seat{std::move(seat->folder), nullptr});
            return worker;
          },
          std::move(settings)) {
  if (station.compilers) compilers.emplace(*station.compilers, scratch, 0);
}

Lane::Lane(Workshop& workshop, const Allowance& allowance, std::stop_token stop)
    : workshop_(workshop), allowance_(allowance), stop_(std::move(stop)), station_(&workshop.enter()) {
  equip();
}

void Lane::equip() {
  workers_.reset();
  workers_.emplace(*station_, workshop_.scratch(),
                   CheckerSettings{station_->device.id, allowance_.checker_seconds, allowance_.argument_bytes, stop_});
}

bool Lane::move() {
  const Station* before = station_;
  station_ = &workshop_.enter(before);
  equip();
  return station_ != before;
}

}  // namespace touchstone
