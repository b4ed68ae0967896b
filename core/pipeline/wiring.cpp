#include "pipeline/wiring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/registry.hpp"

namespace touchstone {
namespace {

template <class Interface, class Into>
std::optional<Error> create_all(const std::vector<PluginBlock>& blocks, Registry& registry, Host& host, Into& into) {
  for (const PluginBlock& block : blocks) {
    auto made = registry.create<Interface>(block, host);
    if (!made) return made.error();
    auto& instance = into.emplace_back();
    instance.name = block.name;
    instance.plugin = std::move(*made);
    if constexpr (requires { instance.where; }) instance.where = block.where;
  }
  return {};
}

Error no_device(const std::string& wanted, const std::vector<Device>& devices) {
  std::string present;
  for (const Device& device : devices)
    present += fmt::format("{}{}{}", present.empty() ? "" : "; ", device.id,
                           device.trouble.empty() ? "" : " (unusable: " + device.trouble + ")");
  const std::string what =
      wanted == "auto" ? "no device can be used here" : fmt::format("there is no device '{}' to use", wanted);
  return {ErrorCode::environment, what, "runtime.device", "present: " + (present.empty() ? "none" : present)};
}

// The device named, by id or family; `auto` is the first that can be used.
Result<Device> choose(const std::string& wanted, const std::vector<Device>& devices) {
  for (const Device& device : devices)
    if (device.trouble.empty() && (wanted == "auto" || device.id == wanted || device.family == wanted)) return device;
  return no_device(wanted, devices);
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

Result<Wiring> make_wiring(PipelineConfig config, Registry& registry, Host& host) {
  Wiring out;
  auto runtime = registry.create<Runtime>(config.runtime, host);
  if (!runtime) return runtime.error();
  out.runtime = std::move(*runtime);
  const auto devices = guarded(
      config.runtime.name, [&] { return out.runtime->devices(); }, "devices");
  if (!devices) return devices.error();
  auto device = choose(config.device, *devices);
  if (!device) return device.error();
  out.device = std::move(*device);
  if (auto error = create_all<OperatorSuite>(config.suites, registry, host, out.suites)) return *error;
  if (auto error = create_all<ModelBackend>(config.models, registry, host, out.models)) return *error;
  if (auto error = create_all<Metric>(config.metrics, registry, host, out.metrics)) return *error;
  if (auto error = create_all<Profiler>(config.profilers, registry, host, out.profilers)) return *error;
  out.config = std::move(config);
  return out;
}

}  // namespace touchstone
