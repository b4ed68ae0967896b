#include "pipeline/observe.hpp"

#include "host/guard.hpp"

namespace touchstone {

void observe(Execution& execution, const char* moment, const Lane& lane) {
  const auto& profilers = lane.workshop().wiring().profilers;
  Value::List seen = execution.observed.list();
  seen.resize(profilers.size());
  bool any = !execution.observed.list().empty();
  for (std::size_t i = 0; i < profilers.size(); ++i) {
    auto value = guarded(
        profilers[i].name, [&] { return profilers[i].plugin->observe(lane.device()); }, "observe");
    if (!value) execution.notes.add(profilers[i].name + ": " + value.error().what);
    if (!value || value->is_null()) continue;
    seen[i].set(moment, std::move(*value));
    any = true;
  }
  if (any) execution.observed = std::move(seen);
}

Result<std::vector<Measurement>> read_profiler(const Named<Profiler>& profiler, std::size_t index,
                                               const Execution& execution) {
  const auto read = [&](const Execution& shown) {
    return guarded(
        profiler.name, [&] { return profiler.plugin->read(shown); }, "read");
  };
  const auto& seen = execution.observed.list();
  if (index >= seen.size()) return read(execution);
  Execution own = execution;
  own.observed = Value(seen[index]);
  return read(own);
}

}  // namespace touchstone
