// What a candidate's worker cost, as the host saw it from outside: nothing here is the candidate's word.

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

class Process : public Profiler {
 public:
  std::vector<Tag> tags() const override {
    return {{"wall time", "s", "duration", "life of the candidate's worker, fork to exit", "median"},
            {"cpu time", "s", "duration", "processor time of the candidate's worker and its children", "median"},
            {"peak memory", "B", "bytes", "greatest resident size of the candidate's worker", "max"}};
  }

  /// No figure where no worker ran, or where its parent could not say: zero would be a lie.
  Result<std::vector<Measurement>> read(const Execution& execution) const override {
    const Usage& usage = execution.usage;
    std::vector<Measurement> out;
    if (usage.wall_seconds <= 0) return out;
    out.push_back({.tag = "wall time", .value = usage.wall_seconds});
    out.push_back({.tag = "cpu time", .value = usage.cpu_seconds});
    if (usage.peak_bytes > 0) out.push_back({.tag = "peak memory", .value = static_cast<double>(usage.peak_bytes)});
    return out;
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(Profiler, process, "1.0", "Wall time, CPU time and peak memory of candidate workers", no_options,
                  [](const Config&, Host&) { return made<Profiler, Process>(); })
