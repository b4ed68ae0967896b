#pragma once
// The parts that a config names, created and ready: what every stage works with. Lives as long as the run.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/pipeline_config.hpp"
#include "touchstone/plugin.hpp"

namespace touchstone {

class Registry;

/// An instance and the name it has in this config (`as`, else `use`).
template <class Interface>
struct Named {
  std::string name;
  std::unique_ptr<Interface> plugin;
};
using NamedModel = Named<ModelBackend>;

struct WiredSuite : Named<OperatorSuite> {
  Filter where;
};
struct WiredModel : NamedModel {
  Filter where;
};

struct Wiring {
  PipelineConfig config;
  std::vector<WiredSuite> suites;
  std::vector<WiredModel> models;
  std::vector<Named<Metric>> metrics;
  std::vector<Named<Profiler>> profilers;
  std::unique_ptr<Runtime> runtime;
  std::vector<Device> devices;   ///< all that the run may use: one family, the preferred one first
  std::vector<Device> unusable;  ///< of that family too, each with its trouble: ill, hidden, another model

  /// Tags of all metrics and profilers, in the order of the config.
  std::vector<Tag> tags() const;
  /// The union of what metrics and profilers want.
  Needs needs() const;
  /// Of the devices; empty only where no device was found.
  std::string family() const { return devices.empty() ? "" : devices.front().family; }
};

/// Creates everything the config names and chooses the devices: the one named, the usable ones of the family named that
/// are of one model, or for `auto` those of the first usable one's family. Adds to `errors` every plugin that cannot be
/// loaded or created, and a device that is not there (with the list of those present); what is left out then is only
/// fit for finding more errors. A runtime without a name was refused before.
Wiring make_wiring(PipelineConfig config, Registry& registry, Host& host, Errors& errors);

}  // namespace touchstone
