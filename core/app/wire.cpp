#include "app/wire.hpp"

#include <fmt/format.h>

#include "app/nearby.hpp"
#include "config/load.hpp"
#include "config/schema.hpp"
#include "host/discovery.hpp"
#include "pipeline/asking.hpp"
#include "store/run_folder.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// What a run's folder says of the models that were asked.
void stand_in_models(Wiring& wiring, Errors& errors) {
  const RunPaths paths{wiring.config.output};
  const auto asking = read_json_file(paths.asking());
  if (!asking)
    return append(errors, {ErrorCode::config, "no completions are stored here: " + asking.error().what, paths.folder,
                           "--until generate stores them; without --from, models are asked"});
  for (const PluginBlock& block : wiring.config.models) {
    WiredModel model;
    model.name = block.name;
    model.plugin = asked_model(block.name, *asking);
    model.where = block.where;
    wiring.models.push_back(std::move(model));
  }
}

// The parts that are reached, from a config that stays whole.
Wiring create(App& app, PipelineConfig config, Reach reach, Errors& errors) {
  PipelineConfig part = config;
  if (reach == Reach::judge) part.models.clear();
  if (reach == Reach::ask) part.runtime.use.clear(), part.metrics.clear(), part.profilers.clear();
  Wiring wiring = make_wiring(std::move(part), app.registry, app.host, errors);
  wiring.config = std::move(config);
  if (reach == Reach::judge && errors.empty()) stand_in_models(wiring, errors);
  return wiring;
}

}  // namespace

WireResult wire_file(App& app, const std::string& path, const std::vector<std::string>& settings, Reach reach) {
  auto root = load_config(path);
  if (!root) {
    Error error = root.error();
    if (error.code == ErrorCode::io) error.code = ErrorCode::config;  // a wrong path is a wrong argument
    if (error.hint.empty()) error.hint = file_hint(path);
    return {nullptr, {std::move(error)}};
  }
  Errors errors;
  for (const std::string& setting : settings)
    if (auto applied = apply_setting(*root, setting); !applied) append(errors, applied.error());
  return wire_value(app, *root, std::move(errors), reach);
}

WireResult wire_value(App& app, const Value& root, Errors errors, Reach reach) {
  PipelineConfig config = read_pipeline(root, find_options(app.registry), errors);
  auto wired = std::make_unique<Wired>(Wired{create(app, std::move(config), reach, errors), {}});
  app.log.write(Level::debug,
                fmt::format("plugins opened: {} of {} found", app.registry.opened().size(), app.registry.found()));
  const std::size_t before = errors.size();
  Plan& plan = wired->plan = select_samples(wired->wiring, errors);
  if (errors.empty()) return {std::move(wired), {}};
  const bool know_all_tasks = errors.size() == before;
  if (know_all_tasks && plan.samples.empty()) errors.insert(errors.end(), plan.misses.begin(), plan.misses.end());
  return {nullptr, std::move(errors)};
}

Result<PluginBlock> check_alone(App& app, const std::string& kind, const std::string& name, const Value& options) {
  const auto declared = find_options(app.registry)(kind, name);
  if (!declared) return declared.error();
  std::vector<Error> errors;
  PluginBlock block;
  block.kind = kind;
  block.use = block.name = name;
  block.config = Config(validate(options, *declared, kind + " '" + name + "'", errors));
  block.options = *declared;
  if (!errors.empty()) return errors.front();
  return block;
}

Result<std::string> runtime_name(const Arguments& arguments, App& app) {
  if (arguments.has("runtime")) return arguments.get("runtime");
  std::vector<std::string> names;
  for (const PluginFile& file : list_plugins(app.plugin_folders))
    if (file.kind == "runtime") names.push_back(file.name);
  if (names.size() == 1) return names.front();
  if (names.empty())
    return Error{ErrorCode::config, "no runtime is installed", "--plugins", "touchstone list shows what there is"};
  return Error{ErrorCode::config, fmt::format("{} runtimes are installed", names.size()), "--runtime",
               "name one: " + join(names, ", ")};
}

}  // namespace touchstone
