#include "config/pipeline_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "config/core_options.hpp"
#include "config/plugin_block.hpp"
#include "config/schema.hpp"

namespace touchstone {
namespace {

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value& item : list.list()) out.push_back(item.text());
  return out;
}

/// Texts that say what to do once each: judges, prompts, reports.
std::vector<std::string> distinct(const Value& list, const std::string& key, Errors& errors) {
  std::vector<std::string> out;
  for (const Value& item : list.list()) {
    const std::string& text = item.text();
    if (std::ranges::find(out, text) == out.end())
      out.push_back(text);
    else
      errors.push_back(
          config_error(item.place, fmt::format("{}: '{}' is there twice", key, text), "remove one of the two"));
  }
  if (list.is_list() && list.list().empty())
    errors.push_back(config_error(list.place, key + ": the list is empty", "leave the key out for the default"));
  return out;
}

std::vector<std::string> read_prompts(const Value& list, Errors& errors) {
  if (!list.is_list()) {
    errors.push_back(config_error(list.place, "prompts: expected a list of styles", "write [simple]"));
    return {};
  }
  Value styles(Value::List{});
  styles.place = list.place;
  for (const Value& item : list.list()) {
    Value block = item;
    if (item.is_text()) {
      block = Value().set("style", item);
      block.place = item.place;
    }
    Value style = validate(block, prompt_options(), "prompts", errors)["style"];
    if (!style.is_null())
      styles.add(std::move(style));
    else if (errors.empty())
      errors.push_back(config_error(item.place, "prompts: expected a style"));
  }
  return list.list().empty() || !styles.list().empty() ? distinct(styles, "prompts", errors)
                                                       : std::vector<std::string>{};
}

LimitsConfig read_limits(const Value& block, Errors& errors) {
  const Config limits(validate(block, limit_options(), "limits", errors));
  LimitsConfig out;
  out.call_seconds = limits.real("call_timeout");
  out.load_seconds = limits.real("load_timeout");
  out.checker_seconds = limits.real("checker_timeout");
  out.timing_seconds = limits.real("timing");
  out.memory_bytes = limits.integer("memory");
  out.output_bytes = limits.integer("output");
  out.argument_bytes = limits.integer("arguments");
  out.parallel = static_cast<int>(limits.integer("parallel"));
  return out;
}

std::vector<PluginBlock> read_list(const Value& root, const std::string& key, const std::string& kind,
                                   const FindOptions& find_options, Errors& errors) {
  const bool needed = kind == "suite" || kind == "model";
  auto blocks = read_blocks(root[key], {kind, key}, find_options, errors);
  if (needed && root[key].is_list() && root[key].list().empty())
    errors.push_back(
        config_error(root[key].place, key + ": the list is empty", fmt::format("name at least one {}", kind)));
  return blocks;
}

}  // namespace

PipelineConfig read_pipeline(const Value& root, const FindOptions& find_options, Errors& errors) {
  const Value values = validate(root, pipeline_options(), "config", errors);
  const Config config(values);
  PipelineConfig out;
  out.name = config.text("name");
  if (values["name"].is_text()) check_name(values["name"], "name", errors);
  out.seed = config.integer("seed");
  out.secret = config.text("secret");
  out.suites = read_list(values, "suites", "suite", find_options, errors);
  out.models = read_list(values, "models", "model", find_options, errors);
  out.prompts = read_prompts(values["prompts"], errors);
  if (!values["runtime"].is_null()) {
    const std::size_t before = errors.size();
    RuntimeBlock runtime = read_runtime(values["runtime"], find_options, errors);
    out.runtime = std::move(runtime.block);
    out.device = runtime.device.text();
    out.device_place = runtime.device.place;
    if (errors.size() > before) out.runtime.use.clear();
  }
  out.judges = distinct(values["judges"], "judges", errors);
  out.metrics = read_list(values, "metrics", "metric", find_options, errors);
  out.profilers = read_list(values, "profilers", "profiler", find_options, errors);
  out.draws = static_cast<int>(config.integer("draws"));
  out.limits = read_limits(values["limits"], errors);
  out.report = texts(values["report"]);
  out.output = config.has("output") ? config.text("output") : std::filesystem::absolute("runs/" + out.name).string();
  return out;
}

}  // namespace touchstone
