// The smallest profiler: what the host saw of the worker's memory.
#include "touchstone/plugin.hpp"

namespace {
using namespace touchstone;

struct Peak : Profiler {
  std::vector<Tag> tags() const override { return {{"peak", "B", "bytes", "Peak memory of the worker", "max"}}; }
  Result<std::vector<Measurement>> read(const Execution& execution) const override {
    return std::vector<Measurement>{{"peak", static_cast<double>(execution.usage.peak_bytes)}};
  }
};
}  // namespace

TOUCHSTONE_PLUGIN(Profiler, peak, "1.0", "Peak memory", no_options,
                  [](const Config&, Host&) { return made<Profiler, Peak>(); })
