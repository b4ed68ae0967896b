#include "pipeline/measure.hpp"

#include "host/guard.hpp"

namespace touchstone {
namespace {

void keep(Result<std::vector<Measurement>> result, std::vector<Measurement>& into, std::vector<std::string>& notes) {
  if (!result) {
    notes.push_back(result.error().where + ": " + result.error().what);
    return;
  }
  for (Measurement& measurement : *result) into.push_back(std::move(measurement));
}

}  // namespace

Measured measure(const Sample& sample, const Wiring& wiring) {
  Measured out;
  for (const auto& metric : wiring.metrics) {
    auto& into = metric.plugin->needs().timings ? out.observed : out.figures;
    keep(guarded(metric.name, [&] { return metric.plugin->measure(sample); }), into, out.notes);
  }
  if (sample.attempts.empty()) return out;
  for (const Verdict& verdict : sample.attempts.back().verdicts)
    for (const Value& tag : verdict.details["tags"].list())
      if (tag.text() == "fixed inputs") out.notes.push_back("its inputs cannot be redrawn: outside strict scores");
  const Execution& execution = sample.attempts.back().execution;
  for (const auto& profiler : wiring.profilers)
    keep(guarded(profiler.name, [&] { return profiler.plugin->read(execution); }), out.observed, out.notes);
  return out;
}

}  // namespace touchstone
