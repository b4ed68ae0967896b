#include "pipeline/measure.hpp"

#include "host/guard.hpp"
#include "pipeline/observe.hpp"

namespace touchstone {
namespace {

void keep(Result<std::vector<Measurement>> result, std::vector<Measurement>& into, std::vector<std::string>& notes) {
  if (!result) {
    notes.push_back(result.error().where + ": " + result.error().what);
    return;
  }
  for (Measurement& measurement : *result) into.push_back(std::move(measurement));
}

// What the checker said of a task that keeps its samples out of figures.
void note_tags(const Verdict& verdict, std::vector<std::string>& notes) {
  for (const Value& tag : verdict.details["tags"].list()) {
    if (tag.text() == "fixed inputs") notes.push_back("its inputs cannot be redrawn: outside strict scores");
    if (tag.text() == "not admitted")
      notes.push_back("the admission gate keeps its task out of strict scores: " +
                      verdict.details["not admitted"].text());
    if (tag.text() == "metadata") notes.push_back("it computes nothing: no kernel is asked for");
  }
}

}  // namespace

void measure(const Named<Metric>& metric, const Sample& sample, Measured& out) {
  auto& into = metric.plugin->needs().timings ? out.observed : out.figures;
  keep(guarded(metric.name, [&] { return metric.plugin->measure(sample); }), into, out.notes);
}

Measured measure(const Sample& sample, const Wiring& wiring) {
  Measured out;
  for (const auto& metric : wiring.metrics) measure(metric, sample, out);
  if (sample.attempts.empty()) return out;
  for (const Verdict& verdict : sample.attempts.back().verdicts) note_tags(verdict, out.notes);
  const Execution& execution = sample.attempts.back().execution;
  for (std::size_t i = 0; i < wiring.profilers.size(); ++i)
    keep(read_profiler(wiring.profilers[i], i, execution), out.observed, out.notes);
  return out;
}

}  // namespace touchstone
