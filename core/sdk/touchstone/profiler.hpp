#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "touchstone/measurement.hpp"
#include "touchstone/result.hpp"
#include "touchstone/runtime.hpp"

namespace touchstone {

/// What a profiler adds to a candidate worker's start: environment (an injected library, say) and a wrapping command.
struct Injection {
  std::map<std::string, std::string> environment;
  std::vector<std::string> wrapper;
};

/// Watches an execution from inside (what `inject` brings) or from outside (the usage and device facts the host saw).
/// Functions may be called from several threads at once.
class Profiler {
 public:
  virtual ~Profiler() = default;
  virtual std::vector<Tag> tags() const = 0;
  virtual Needs needs() const { return {}; }
  virtual Injection inject(const Device&) const { return {}; }
  /// Looks at the device from outside, without touching the worker (counters of a driver, memory, health): asked before
  /// a candidate is loaded and after its last call, while its worker still lives. Others may use the device meanwhile.
  /// Must be quick. Both answers, where any, come back in `execution.observed`; an error is a note in the record.
  virtual Result<Value> observe(const Device&) const { return Value(); }
  virtual Result<std::vector<Measurement>> read(const Execution& execution) const = 0;
};

}  // namespace touchstone
