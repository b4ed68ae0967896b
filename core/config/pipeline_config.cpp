#include "config/pipeline_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "config/core_options.hpp"
#include "config/plugin_block.hpp"
#include "config/schema.hpp"
#include "config/wrong_value.hpp"
#include "util/text.hpp"

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
    const std::string what = fmt::format("prompts: expected a list of styles, found {}", shown(list));
    errors.push_back(config_error(list.place, what, fmt::format("write [{}]", list["style"].text_or(list.text()))));
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
    const std::size_t before = errors.size();
    Value style = validate(block, prompt_options(), "prompts", errors)["style"];
    if (!style.is_null() && errors.size() == before) styles.add(std::move(style));
    if (style.is_null() && errors.empty()) errors.push_back(config_error(item.place, "prompts: expected a style"));
  }
  return list.list().empty() || !styles.list().empty() ? distinct(styles, "prompts", errors)
                                                       : std::vector<std::string>{};
}

LimitsConfig read_limits(const Value& block, Errors& errors) {
  const Config limits(validate(block, limit_options(), "limits", errors));
  LimitsConfig out;
  out.call_seconds = limits.real("call_timeout");
  out.load_seconds = limits.real("load_timeout");
  out.program_seconds = limits.real("program_timeout");
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

/// The order of lines, file by file as they came; what has no line stays in front of its file's.
void sort_by_place(std::span<Error> errors) {
  std::vector<std::string> files;
  const auto key = [&files](const Error& error) {
    const auto parts = split(error.where.substr(0, error.where.find(": ")), ':');
    const bool placed = parts.size() >= 3;
    const std::string file = placed ? parts[parts.size() - 3] : error.where;
    const auto found = std::ranges::find(files, file);
    const auto index = static_cast<std::size_t>(found - files.begin());
    if (found == files.end()) files.push_back(file);
    if (!placed) return std::tuple{index, std::int64_t{0}, std::int64_t{0}};
    return std::tuple{index, parse_integer(parts[parts.size() - 2]).value_or(0),
                      parse_integer(parts.back()).value_or(0)};
  };
  std::vector<std::pair<std::tuple<std::size_t, std::int64_t, std::int64_t>, Error>> keyed;
  for (Error& error : errors) keyed.emplace_back(key(error), std::move(error));
  std::ranges::stable_sort(keyed, {}, [](const auto& item) { return item.first; });
  std::ranges::transform(keyed, errors.begin(), [](auto& item) { return std::move(item.second); });
}

}  // namespace

PipelineConfig read_pipeline(const Value& root, const FindOptions& find_options, Errors& errors) {
  const auto first = static_cast<std::ptrdiff_t>(errors.size());
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
  sort_by_place({errors.begin() + first, errors.end()});
  return out;
}

}  // namespace touchstone
