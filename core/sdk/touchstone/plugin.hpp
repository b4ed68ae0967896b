#pragma once
// What a plugin includes. A whole metric:
//
//   class Lines : public touchstone::Metric { ... };
//   constexpr touchstone::Option options[] = {{.key = "blank", .type = OptionType::flag, .help = "...", .fallback =
//   "false"}}; TOUCHSTONE_PLUGIN(Metric, lines, "1.0", "Counts lines of a candidate", options,
//                     [](const Config& config, Host& host) { return touchstone::made<Metric, Lines>(config); })

#include <memory>
#include <span>

#include "touchstone/abi.hpp"
#include "touchstone/config.hpp"
#include "touchstone/host.hpp"
#include "touchstone/metric.hpp"
#include "touchstone/model.hpp"
#include "touchstone/option.hpp"
#include "touchstone/outcome.hpp"
#include "touchstone/profiler.hpp"
#include "touchstone/runtime.hpp"
#include "touchstone/suite.hpp"
#include "touchstone/toolchain.hpp"

namespace touchstone {

/// What stands behind PluginHeader::descriptor. `create` gets validated values only and may be called more than once;
/// the instance lives at most as long as `host`, and is destroyed before the program ends.
template <class Interface>
struct PluginDescriptor {
  std::span<const Option> options;
  Result<std::unique_ptr<Interface>> (*create)(const Config& config, Host& host);
};

template <class Interface>
constexpr const char* kind_of() {
  if constexpr (std::is_same_v<Interface, ModelBackend>)
    return "model";
  else if constexpr (std::is_same_v<Interface, OperatorSuite>)
    return "suite";
  else if constexpr (std::is_same_v<Interface, Metric>)
    return "metric";
  else if constexpr (std::is_same_v<Interface, Profiler>)
    return "profiler";
  else
    return "runtime";
}

/// An instance as create returns it.
template <class Interface, class Made, class... Args>
Result<std::unique_ptr<Interface>> made(Args&&... args) {
  return std::unique_ptr<Interface>(std::make_unique<Made>(std::forward<Args>(args)...));
}

inline constexpr std::span<const Option> no_options{};

}  // namespace touchstone

#define TOUCHSTONE_PLUGIN(Interface, name_, version_, summary_, options_, ...)                                       \
  static constexpr touchstone::PluginDescriptor<touchstone::Interface> touchstone_descriptor{options_, __VA_ARGS__}; \
  extern "C" __attribute__((visibility("default"))) constinit const touchstone::PluginHeader touchstone_plugin{      \
      touchstone::abi_magic,                                                                                         \
      sizeof(touchstone::PluginHeader),                                                                              \
      touchstone::abi_version,                                                                                       \
      touchstone::kind_of<touchstone::Interface>(),                                                                  \
      #name_,                                                                                                        \
      version_,                                                                                                      \
      summary_,                                                                                                      \
      touchstone::toolchain_fingerprint(),                                                                           \
      &touchstone_descriptor};
