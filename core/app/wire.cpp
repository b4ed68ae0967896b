#include "app/wire.hpp"

#include <fmt/format.h>

#include "config/load.hpp"
#include "config/schema.hpp"
#include "host/discovery.hpp"

namespace touchstone {

WireResult wire_file(App& app, const std::string& path, const std::vector<std::string>& settings) {
  auto root = load_config(path);
  if (!root) return {nullptr, {root.error()}};
  std::vector<Error> errors;
  for (const std::string& setting : settings)
    if (auto applied = apply_setting(*root, setting); !applied) errors.push_back(applied.error());
  if (!errors.empty()) return {nullptr, std::move(errors)};
  return wire_value(app, *root);
}

WireResult wire_value(App& app, const Value& root) {
  std::vector<Error> errors;
  PipelineConfig config = read_pipeline(root, find_options(app.registry), errors);
  if (!errors.empty()) return {nullptr, std::move(errors)};
  auto wiring = make_wiring(std::move(config), app.registry, app.host);
  if (!wiring) return {nullptr, {wiring.error()}};
  auto wired = std::make_unique<Wired>(Wired{std::move(*wiring), {}});
  auto plan = select_samples(wired->wiring);
  if (!plan) return {nullptr, {plan.error()}};
  wired->plan = std::move(*plan);
  return {std::move(wired), {}};
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
  return Error{ErrorCode::config, fmt::format("{} runtimes are installed", names.size()), "--runtime",
               "name one: touchstone list runtimes"};
}

}  // namespace touchstone
