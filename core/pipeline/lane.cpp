#include "pipeline/lane.hpp"

#include <future>

#include "host/guard.hpp"

namespace touchstone {
namespace {

// Everything a profiler injects into a candidate's start: environment, and commands that wrap it.
void inject(Start& start, const Wiring& wiring) {
  for (const auto& profiler : wiring.profilers) {
    const auto injection =
        guarded(profiler.name, [&] { return Result<Injection>(profiler.plugin->inject(wiring.device)); });
    if (!injection) continue;
    for (const auto& [name, value] : injection->environment) start.environment[name] = value;
    start.argv.insert(start.argv.begin(), injection->wrapper.begin(), injection->wrapper.end());
  }
}

Limits limits_of(const Wiring& wiring) {
  Limits limits;
  // A GPU's driver maps far more than it uses: there the device's own memory and the watchdog bound a candidate.
  if (wiring.device.nodes.empty()) limits.memory_bytes = wiring.config.limits.memory_bytes;
  limits.file_bytes = wiring.config.limits.output_bytes;
  return limits;
}

}  // namespace

Allowance allowance_of(const LimitsConfig& limits) {
  return {limits.load_seconds, limits.call_seconds, limits.checker_seconds, limits.timing_seconds,
          limits.argument_bytes};
}

Result<std::unique_ptr<Workshop>> Workshop::open(const Wiring& wiring, const std::string& scratch) {
  auto shop = std::make_unique<Workshop>();
  shop->scratch_ = scratch;
  Containment strict(limits_of(wiring)), trusted;
  shop->features_ = strict.probe(shop->launcher_);
  trusted.probe(shop->launcher_);
  const auto start = [&](Role role) { return wiring.runtime->start(role, wiring.device); };
  auto candidate = start(Role::candidate), checker = start(Role::checker), compiler = start(Role::compiler);
  if (!candidate) return candidate.error();
  if (!checker) return checker.error();
  inject(*candidate, wiring);
  shop->candidates_ = std::make_unique<Parent>(shop->launcher_, *candidate, Role::candidate, strict);
  shop->checkers_ = std::make_unique<Parent>(shop->launcher_, *checker, Role::checker, trusted);
  if (compiler) shop->compilers_ = std::make_unique<Parent>(shop->launcher_, *compiler, Role::compiler, strict);
  if (auto ready = shop->wait_for_parents(); !ready) return ready.error();
  return shop;
}

// All at once: each imports for seconds.
Result<None> Workshop::wait_for_parents() {
  std::vector<std::pair<Parent*, std::future<Result<Value>>>> starting;
  for (Parent* parent : {candidates_.get(), checkers_.get(), compilers_.get()})
    if (parent) starting.emplace_back(parent, std::async(std::launch::async, [parent] { return parent->facts(); }));
  std::optional<Error> failed;
  for (auto& [parent, said] : starting) {
    auto facts = said.get();
    if (facts)
      facts_.set(role_name(parent->role()), *facts);
    else if (!failed)
      failed = facts.error();
  }
  if (failed) return *failed;
  return None{};
}

Lane::Lane(Workshop& workshop, const Device& device, const Allowance& allowance, std::stop_token stop)
    : workshop_(workshop),
      device_(device),
      allowance_(allowance),
      stop_(std::move(stop)),
      candidates_(workshop.candidates(), workshop.scratch()),
      checker_(
          [this]() -> Result<std::unique_ptr<Worker>> {
            Pool pool(workshop_.checkers(), workshop_.scratch(), 0);
            auto seat = pool.take();
            if (!seat) return seat.error();
            std::unique_ptr<Worker> worker = std::move(seat->worker);
            checker_seat_.emplace(Seat{std::move(seat->folder), nullptr});
            return worker;
          },
          {device.id, allowance.checker_seconds, allowance.argument_bytes, stop_}) {
  if (workshop.compilers()) compilers_.emplace(*workshop.compilers(), workshop.scratch(), 0);
}

}  // namespace touchstone
