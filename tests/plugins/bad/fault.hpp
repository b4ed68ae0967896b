#pragma once
// A metric's header with one field wrong. Every file of this folder has exactly one fault.

#include "touchstone/plugin.hpp"

namespace fault {

struct Empty : touchstone::Metric {
  std::vector<touchstone::Tag> tags() const override { return {}; }
  touchstone::Result<std::vector<touchstone::Measurement>> measure(const touchstone::Sample&) const override {
    return std::vector<touchstone::Measurement>{};
  }
};

inline constexpr touchstone::PluginDescriptor<touchstone::Metric> descriptor{
    touchstone::no_options,
    [](const touchstone::Config&, touchstone::Host&) { return touchstone::made<touchstone::Metric, Empty>(); }};

constexpr touchstone::PluginHeader good(const char* name) {
  return {touchstone::abi_magic,
          sizeof(touchstone::PluginHeader),
          touchstone::abi_version,
          "metric",
          name,
          "1.0",
          "Has one fault",
          touchstone::toolchain_fingerprint(),
          &descriptor};
}

}  // namespace fault

#define FAULTY_PLUGIN(name_, field_, value_)                                                                    \
  static constexpr touchstone::PluginHeader faulty_header() {                                                   \
    touchstone::PluginHeader header = fault::good(name_);                                                       \
    header.field_ = value_;                                                                                     \
    return header;                                                                                              \
  }                                                                                                             \
  extern "C" __attribute__((visibility("default"))) constinit const touchstone::PluginHeader touchstone_plugin{ \
      faulty_header()};
