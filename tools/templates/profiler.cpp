// @name@: figures of an execution.
#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

class Plugin : public Profiler {
 public:
  std::vector<Tag> tags() const override { return {{"@name@", "s", "duration", "life of the worker", "median"}}; }

  /// No figure where nothing was seen: zero would be a lie. `inject` brings a library or a wrapper into the worker.
  Result<std::vector<Measurement>> read(const Execution& execution) const override {
    if (execution.usage.wall_seconds <= 0) return std::vector<Measurement>{};
    return std::vector<Measurement>{{.tag = "@name@", .value = execution.usage.wall_seconds}};
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(Profiler, @name@, "0.1", "How long the worker lived", no_options,
                  [](const Config&, Host&) { return made<Profiler, Plugin>(); })
