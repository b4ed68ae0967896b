#include "pipeline/wiring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/registry.hpp"

namespace touchstone {
namespace {

// Adds what kept an instance from being made; an error with no place of its own gets that of its block, and one of a
// file that an option names gets that of the option.
void refuse(const PluginBlock& block, Error error, Errors& errors) {
  for (const auto& [key, value] : block.config.effective().map())
    if (value.is_text() && value.text() == error.where && value.place.line > 0) {
      error.what = fmt::format("{} '{}': {}: {}: {}", block.kind, block.name, key, error.where, error.what);
      error.where = place_text(value.place);
      break;
    }
  if (error.where == block.name) {
    error.what = fmt::format("{} '{}': {}", block.kind, block.name, error.what);
    error.where = place_text(block.place);
  }
  append(errors, std::move(error));
}

template <class Interface, class Into>
void create_all(const std::vector<PluginBlock>& blocks, Registry& registry, Host& host, Into& into, Errors& errors) {
  for (const PluginBlock& block : blocks) {
    auto made = registry.create<Interface>(block, host);
    if (!made) {
      refuse(block, made.error(), errors);
      continue;
    }
    auto& instance = into.emplace_back();
    instance.name = block.name;
    instance.plugin = std::move(*made);
    if constexpr (requires { instance.where; }) instance.where = block.where;
  }
}

Error no_device(const PipelineConfig& config, const std::vector<Device>& devices) {
  const std::string& wanted = config.device;
  std::string present;
  for (const Device& device : devices)
    present += fmt::format("{}{}{}", present.empty() ? "" : "; ", device.id,
                           device.trouble.empty() ? "" : " (unusable: " + device.trouble + ")");
  const std::string what =
      wanted == "auto" ? "no device can be used here" : fmt::format("there is no device '{}' to use", wanted);
  const std::string place = place_text(config.device_place);
  return {ErrorCode::environment, "runtime: device: " + what, place.empty() ? "runtime.device" : place,
          "present: " + (present.empty() ? "none" : present)};
}

// The device named by its id, or those of a family that are like the first: of the family named, or for `auto` of the
// first device that can be used.
Result<None> choose(const PipelineConfig& config, const std::vector<Device>& present, Wiring& out) {
  std::string family = config.device;
  for (const Device& device : present) {
    if (!device.trouble.empty()) continue;
    if (family == "auto") family = device.family;
    if (device.id != config.device) continue;
    out.devices = {device};
    return None{};
  }
  for (Device device : present) {
    if (device.family != family) continue;
    if (device.trouble.empty() && !out.devices.empty() && device.name != out.devices.front().name)
      device.trouble = fmt::format("it is another model ({}): a run's times are of one", device.name);
    (device.trouble.empty() ? out.devices : out.unusable).push_back(std::move(device));
  }
  if (out.devices.empty()) return no_device(config, present);
  return None{};
}

void find_devices(const PipelineConfig& config, Registry& registry, Host& host, Wiring& out, Errors& errors) {
  auto runtime = registry.create<Runtime>(config.runtime, host);
  if (!runtime) return refuse(config.runtime, runtime.error(), errors);
  out.runtime = std::move(*runtime);
  const auto present = guarded(
      config.runtime.name, [&] { return out.runtime->devices(); }, "devices");
  if (!present) return refuse(config.runtime, present.error(), errors);
  if (auto chosen = choose(config, *present, out); !chosen) append(errors, chosen.error());
}

}  // namespace

std::vector<Tag> Wiring::tags() const {
  std::vector<Tag> out;
  const auto append = [&](std::vector<Tag> tags) { out.insert(out.end(), tags.begin(), tags.end()); };
  for (const auto& metric : metrics) append(metric.plugin->tags());
  for (const auto& profiler : profilers) append(profiler.plugin->tags());
  return out;
}

Needs Wiring::needs() const {
  Needs out;
  const auto join = [&](const Needs& needs) {
    out.timings |= needs.timings;
    out.launches |= needs.launches;
    out.golden |= needs.golden;
  };
  for (const auto& metric : metrics) join(metric.plugin->needs());
  for (const auto& profiler : profilers) join(profiler.plugin->needs());
  return out;
}

Wiring make_wiring(PipelineConfig config, Registry& registry, Host& host, Errors& errors) {
  Wiring out;
  create_all<OperatorSuite>(config.suites, registry, host, out.suites, errors);
  create_all<ModelBackend>(config.models, registry, host, out.models, errors);
  create_all<Metric>(config.metrics, registry, host, out.metrics, errors);
  create_all<Profiler>(config.profilers, registry, host, out.profilers, errors);
  if (!config.runtime.use.empty()) find_devices(config, registry, host, out, errors);
  out.config = std::move(config);
  return out;
}

}  // namespace touchstone
