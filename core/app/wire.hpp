#pragma once
// From a config to everything that it names.

#include <memory>

#include "app/app.hpp"
#include "pipeline/select.hpp"

namespace touchstone {

/// A config's parts and its plan. Samples of the plan point into the wiring, so the two stay together.
struct Wired {
  Wiring wiring;
  Plan plan;
};

/// Either everything, or all that is wrong (every error of a file at once).
struct WireResult {
  std::unique_ptr<Wired> wired;
  Errors errors;
};

/// How much of a config is created; all of it is checked.
enum class Reach {
  all,
  ask,   ///< suites and models: no runtime, no device
  judge  ///< all but models, for which stands what the run's folder says of them (RunPaths::asking)
};

/// Reads a file with --set's, checks it against the options of the plugins it names, creates them and makes the plan;
/// goes on after an error as far as it can, so that one call tells them all.
WireResult wire_file(App& app, const std::string& path, const std::vector<std::string>& settings, Reach = Reach::all);
/// The same for a config made in memory; `errors` are those that were found before.
WireResult wire_value(App& app, const Value& root, Errors errors = {}, Reach = Reach::all);

Result<PluginBlock> check_alone(App& app, const std::string& kind, const std::string& name, const Value& options);

/// One plugin with its options, outside any config.
template <class Interface>
Result<std::unique_ptr<Interface>> create_alone(App& app, const std::string& name, const Value& options) {
  auto block = check_alone(app, kind_of<Interface>(), name, options);
  if (!block) return block.error();
  return app.registry.create<Interface>(*block, app.host);
}

/// --runtime, or the only runtime that is installed. Errors (config): there are several, or none.
Result<std::string> runtime_name(const Arguments& arguments, App& app);

}  // namespace touchstone
