// What instances leave behind when they came and went.
#include <algorithm>
#include <chrono>

#include "config/schema.hpp"
#include "host/conform_parts.hpp"
#include "host/contract.hpp"
#include "host/describe.hpp"
#include "util/deadline.hpp"

namespace touchstone {
namespace {

/// Less than this is the allocator's own coming and going: it counts what it keeps at hand as given out.
constexpr std::size_t warm_up = 10, least_bytes = 16, noise_bytes = 12 << 10;
constexpr int rounds = 8;

/// An instance that is made, called and destroyed; false where none is made.
template <class Interface>
bool cycle(Trial& trial, const Config& config) {
  const auto& descriptor = *static_cast<const PluginDescriptor<Interface>*>(trial.header.descriptor);
  const auto made = guarded("it", [&] { return descriptor.create(config, trial.host); });
  if (!made || !*made) return false;
  return guarded("it", [&] { said(**made, trial.host); }).ok();
}

/// Bytes kept in each round of cycles: only what grows in every one is a leak, and a round without growth ends it.
template <class Interface>
Problems growth(Trial& trial, const Config& config) {
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < warm_up; ++i) cycle<Interface>(trial, config);
  const std::chrono::duration<double> each = (std::chrono::steady_clock::now() - start) / warm_up;
  const auto cycles = static_cast<std::size_t>(std::clamp(0.3 / std::max(each.count(), 1e-6), 5.0, 200.0));
  std::size_t least = ~std::size_t{0};
  const auto harmless = [&] { return least < cycles * least_bytes + noise_bytes; };
  for (int round = 0; round < rounds && !harmless(); ++round) {
    const std::size_t before = allocated_bytes();
    for (std::size_t i = 0; i < cycles; ++i) cycle<Interface>(trial, config);
    const std::size_t after = allocated_bytes();
    least = std::min(least, after > before ? after - before : 0);
  }
  if (harmless()) return {};
  return {fmt::format("{} bytes are kept for each instance that came and went", least / cycles)};
}

Problems difference(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  Problems out;
  for (const std::string& one : after)
    if (std::ranges::find(before, one) == before.end()) out.push_back(one + " is new");
  for (const std::string& one : before)
    if (std::ranges::find(after, one) == after.end()) out.push_back(one + " is gone");
  return out;
}

/// Names alone: a value may be a key.
std::vector<std::string> changed_names(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  Problems out;
  for (const std::string& one : difference(before, after)) out.push_back(one.substr(0, one.find('=')) + " was changed");
  return out;
}

void hold_process(Trial& trial, const Traces& before, const Traces& after) {
  trial.hold("no descriptor is left open", difference(before.descriptors, after.descriptors));
  trial.hold("the environment stays as it was", changed_names(before.environment, after.environment));
  trial.hold("the current folder stays as it was", before.folder == after.folder ? Problems{} : Problems{after.folder});
  trial.hold("handlers of signals stay as they were", difference(before.handlers, after.handlers));
  trial.hold("no thread is left", after.threads <= before.threads
                                      ? Problems{}
                                      : Problems{fmt::format("{} still run", after.threads - before.threads)});
  trial.hold("nothing is printed to standard output",
             after.printed ? Problems{fmt::format("{} bytes: use Host::log", after.printed)} : Problems{});
}

}  // namespace

void hold_traces(Trial& trial, const Traces& before) {
  Errors errors;
  const Config config(validate(trial.settings, options_of(trial.header), "the plugin", errors));
  with_kind(trial.header.kind, [&]<class Interface>(Interface*) {
    if (!errors.empty() || !cycle<Interface>(trial, config))
      return trial.note("leaves nothing behind", "not tried: there is no instance, or its calls throw");
    trial.hold("no memory is kept", growth<Interface>(trial, config));
    hold_process(trial, before, take_traces_after(before));
  });
}

}  // namespace touchstone
