#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

class Patience : public Profiler {
 public:
  std::vector<Tag> tags() const override { return {{"slowest call", "s", "duration", "longest call", "max"}}; }
  Result<std::vector<Measurement>> read(const Execution& execution) const override {
    Measurement slowest{.tag = "slowest call"};
    for (const CallReport& call : execution.calls) slowest.value = std::max(slowest.value, call.seconds);
    return execution.calls.empty() ? std::vector<Measurement>{} : std::vector<Measurement>{slowest};
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(Profiler, patience, "1.0", "How long the slowest call took", no_options,
                  [](const Config&, Host&) { return made<Profiler, Patience>(); })
