// The fake accelerator's profiler: kernel time as its counters in the worker say it, and the memory in use as the
// driver shows it from outside.
#include <fstream>

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

class Counters : public Profiler {
 public:
  std::vector<Tag> tags() const override {
    return {{"device time", "s", "duration", "kernels of all calls, by the device's counters", "median"},
            {"device memory", "B", "bytes", "in use on the device while the candidate was there", "max"}};
  }
  Needs needs() const override { return {.timings = true}; }

  Injection inject(const Device&) const override { return {{{"FAKE_COUNTERS", "1"}}, {}}; }

  Result<Value> observe(const Device& device) const override {
    if (device.nodes.empty()) return Error{ErrorCode::unavailable, device.id + " has no counters"};
    std::ifstream in(device.nodes.front() + "/used");
    long long used = 0;
    if (!(in >> used)) return Error{ErrorCode::io, device.id + " does not say how much of its memory is in use"};
    return Value(used);
  }

  Result<std::vector<Measurement>> read(const Execution& execution) const override {
    const Value labels = Value().set("device", execution.device["id"]);
    double seconds = 0;
    for (const Value& kernel : execution.kernels.list()) seconds += kernel["seconds"].number();
    std::vector<Measurement> out;
    if (seconds > 0) out.push_back({.tag = "device time", .value = seconds, .labels = labels});
    if (const Value* used = execution.observed.find("after"))
      out.push_back({.tag = "device memory", .value = used->number(), .labels = labels});
    return out;
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(Profiler, fake_counters, "1.0", "Counters of the fake accelerator", no_options,
                  [](const Config&, Host&) { return made<Profiler, Counters>(); })
