#pragma once
// A judged sample to figures: every metric and profiler of the run is asked; one that fails is a note, not a lost
// sample.

#include <string>
#include <vector>

#include "pipeline/wiring.hpp"
#include "touchstone/measurement.hpp"

namespace touchstone {

struct Measured {
  std::vector<Measurement> figures;   ///< of metrics on verdicts: the same whenever the outputs are
  std::vector<Measurement> observed;  ///< of timings and profilers: differ from run to run
  std::vector<std::string> notes;     ///< plugins that failed, by name
};

/// Adds what one metric says.
void measure(const Named<Metric>& metric, const Sample& sample, Measured& out);
Measured measure(const Sample& sample, const Wiring& wiring);

}  // namespace touchstone
