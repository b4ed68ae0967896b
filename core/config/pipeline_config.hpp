#pragma once
// The pipeline file as types: everything checked, defaults filled in, paths absolute.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "config/filter.hpp"
#include "config/place.hpp"
#include "touchstone/config.hpp"
#include "touchstone/option.hpp"
#include "touchstone/result.hpp"
#include "touchstone/value.hpp"

namespace touchstone {

/// A plugin named in a config.
struct PluginBlock {
  std::string kind;                 ///< "model"
  std::string use;                  ///< name of the plugin
  std::string name;                 ///< name of the instance (`as`, else `use`), unique in its kind
  Filter where;                     ///< suites and models only
  Config config;                    ///< validated; what create receives
  std::span<const Option> options;  ///< what it was validated against; lives as long as the plugin's library: for ever
  Place place;
};

struct LimitsConfig {
  double call_seconds{0}, load_seconds{0}, program_seconds{0}, checker_seconds{0}, timing_seconds{0};
  std::int64_t memory_bytes{0}, output_bytes{0}, argument_bytes{0};
  int parallel{0};  ///< 0: chosen by the machine
};

struct PipelineConfig {
  std::string name;  ///< fit for a folder's name
  std::int64_t seed{1};
  std::string secret;  ///< empty: to be drawn
  std::vector<PluginBlock> suites, models, metrics, profilers;
  std::vector<std::string> prompts;  ///< styles
  std::vector<std::string> judges;
  PluginBlock runtime;
  std::string device{"auto"};
  Place device_place;
  int draws{0};  ///< answers wanted of a model to each task; 0: all that it has, or one
  LimitsConfig limits;
  std::vector<std::string> report;
  std::string output;  ///< absolute
};

/// The options that a plugin declares, or why it cannot be had; config does not know how plugins are found.
using FindOptions = std::function<Result<std::span<const Option>>(const std::string& kind, const std::string& name)>;

/// Checks a whole pipeline file (after include and --set). Adds every error there is to `errors`; when it added
/// any, the config is only fit for finding more: plugin blocks with a mistake are left out, the runtime has no name.
PipelineConfig read_pipeline(const Value& root, const FindOptions& find_options, Errors& errors);

/// The full config with its defaults, such that read_pipeline of it gives the same pipeline; secrets as "(secret)".
/// Written as YAML by config/yaml_writer.hpp.
Value compose(const PipelineConfig& config);

}  // namespace touchstone
