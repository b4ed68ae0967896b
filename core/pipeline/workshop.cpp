#include "pipeline/workshop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "host/guard.hpp"

namespace touchstone {
namespace {

constexpr int most_failures = 3;  // in a row, of samples that went well elsewhere

// Everything a profiler injects into a candidate's start: environment, and commands that wrap it.
void inject(Start& start, const Wiring& wiring, const Device& device) {
  for (const auto& profiler : wiring.profilers) {
    const auto injection = guarded(profiler.name, [&] { return Result<Injection>(profiler.plugin->inject(device)); });
    if (!injection) continue;
    for (const auto& [name, value] : injection->environment) start.environment[name] = value;
    start.argv.insert(start.argv.begin(), injection->wrapper.begin(), injection->wrapper.end());
  }
}

Limits limits_of(const Wiring& wiring) {
  Limits limits;
  // A GPU's driver maps far more than it uses: there the device's own memory and the watchdog bound a candidate.
  if (wiring.devices.front().nodes.empty()) limits.memory_bytes = wiring.config.limits.memory_bytes;
  limits.file_bytes = wiring.config.limits.output_bytes;
  return limits;
}

bool same_start(const Start& a, const Start& b) {
  return a.argv == b.argv && a.environment == b.environment && a.ready_seconds == b.ready_seconds;
}

// What a runtime says of a device now, or why it is not to be had; empty: it is well.
std::string trouble_of(const Device& device, const std::vector<Device>& present) {
  for (const Device& found : present)
    if (found.id == device.id) return found.trouble;
  return "it is not there any more";
}

}  // namespace

Result<std::unique_ptr<Workshop>> Workshop::open(const Wiring& wiring, const std::string& scratch, std::size_t warm) {
  auto shop = std::make_unique<Workshop>(wiring);
  shop->scratch_ = scratch;
  Containment strict(limits_of(wiring)), trusted;
  shop->features_ = strict.probe(shop->launcher_);
  trusted.probe(shop->launcher_);
  for (const Device& device : wiring.devices) {
    auto station = shop->prepare(device, strict, trusted);
    if (!station) return station.error();
    shop->places_.push_back(std::make_unique<Place>(Place{std::move(*station)}));
  }
  const std::size_t all = shop->places_.size(), first = std::clamp<std::size_t>(warm, 1, all);
  std::optional<Error> failed;
  if (!shop->warm(0, first, failed) && !shop->warm(first, all, failed)) return *failed;
  return shop;
}

std::shared_ptr<Parent> Workshop::parent_for(const Start& start, Role role, const Containment& containment) {
  for (const Known& known : known_)
    if (known.parent->role() == role && same_start(known.start, start)) return known.parent;
  known_.push_back({start, std::make_shared<Parent>(launcher_, start, role, containment)});
  return known_.back().parent;
}

Result<Station> Workshop::prepare(const Device& device, const Containment& strict, const Containment& trusted) {
  const auto start = [&](Role role) {
    return guarded(
        wiring_.config.runtime.name, [&] { return wiring_.runtime->start(role, device); }, "start");
  };
  auto candidate = start(Role::candidate), checker = start(Role::checker), compiler = start(Role::compiler);
  if (!candidate) return candidate.error();
  if (!checker) return checker.error();
  inject(*candidate, wiring_, device);
  Station out{device, parent_for(*candidate, Role::candidate, strict), parent_for(*checker, Role::checker, trusted),
              nullptr, std::make_shared<GoldenOutputs>()};
  if (compiler) out.compilers = parent_for(*compiler, Role::compiler, strict);
  return out;
}

// All at once: each imports for seconds. False where no device is left of these.
bool Workshop::warm(std::size_t first, std::size_t last, std::optional<Error>& failed) {
  struct Starting {
    Place* place;
    Parent* parent;
    std::future<Result<Value>> said;
  };
  std::vector<Starting> starting;
  for (std::size_t i = first; i < last; ++i) {
    const Station& station = places_[i]->station;
    for (const auto& parent : {station.candidates, station.checkers, station.compilers})
      if (parent)
        starting.push_back(
            {places_[i].get(), parent.get(), std::async(std::launch::async, [parent] { return parent->facts(); })});
  }
  for (Starting& item : starting) {
    auto facts = item.said.get();
    const std::string role = role_name(item.parent->role());
    if (facts && !facts_.find(role)) facts_.set(role, std::move(*facts));
    if (facts) continue;
    if (!failed) failed = facts.error();
    leave_out(*item.place, facts.error().what);
  }
  return std::any_of(places_.begin() + static_cast<long>(first), places_.begin() + static_cast<long>(last),
                     [](const auto& place) { return place->left.empty(); });
}

const Station& Workshop::enter(const Station* from) {
  const std::scoped_lock lock(mutex_);
  Place* best = nullptr;
  for (const auto& place : places_) {
    const bool can = place->left.empty() && &place->station != from;
    if (can && (!best || place->lanes < best->lanes)) best = place.get();
  }
  if (!best) best = from ? &place_of(*from) : places_.front().get();
  if (from) --place_of(*from).lanes;
  ++best->lanes;
  return best->station;
}

std::string Workshop::examine(const Station& station) {
  const auto present = guarded(
      wiring_.config.runtime.name, [&] { return wiring_.runtime->devices(); }, "devices");
  const std::string trouble =
      present ? trouble_of(station.device, *present) : "";  // a runtime that fails knows nothing
  if (!trouble.empty()) leave_out(place_of(station), trouble);
  const std::scoped_lock lock(mutex_);
  return place_of(station).left;
}

void Workshop::fared_well(const Station& station) {
  const std::scoped_lock lock(mutex_);
  place_of(station).failures = 0;
}

int Workshop::failures(const Station& station) const {
  const std::scoped_lock lock(mutex_);
  return place_of(station).failures;
}

void Workshop::fared_badly(const Station& station, int failures, const std::string& reason) {
  bool enough = false;
  {
    const std::scoped_lock lock(mutex_);
    Place& place = place_of(station);
    if (place.failures == failures) ++place.failures;
    enough = place.failures >= most_failures;
  }
  if (enough)
    leave_out(place_of(station),
              fmt::format("{} samples in a row failed on it and not elsewhere, the last: {}", most_failures, reason));
}

void Workshop::leave_out(Place& place, const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  if (!place.left.empty()) return;
  place.left = reason;
  left_out_.push_back({place.station.device.id, reason});
  slots_.withdraw(place.station.device.id, reason);
}

Workshop::Place& Workshop::place_of(const Station& station) const {
  return **std::find_if(places_.begin(), places_.end(), [&](const auto& place) { return &place->station == &station; });
}

std::vector<LeftOut> Workshop::left_out() const {
  const std::scoped_lock lock(mutex_);
  return left_out_;
}

std::size_t Workshop::usable() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(places_.begin(), places_.end(), [](const auto& place) { return place->left.empty(); }));
}

}  // namespace touchstone
