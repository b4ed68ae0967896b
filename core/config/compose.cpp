#include "config/core_options.hpp"
#include "config/pipeline_config.hpp"
#include "config/schema.hpp"

namespace touchstone {
namespace {

Value list_of(const std::vector<std::string>& texts) {
  Value out(Value::List{});
  for (const std::string& text : texts) out.add(text);
  return out;
}

/// `use` first, then the core's other keys, then the plugin's.
Value block_value(const PluginBlock& block, const std::string& device = {}) {
  Value out;
  out.set("use", block.use);
  if (block.name != block.use) out.set("as", block.name);
  if (!block.where.written.is_null()) out.set("where", block.where.written);
  if (!device.empty()) out.set("device", device);
  const Value options = unvalidate(block.config.effective(), block.options);
  for (const auto& [key, value] : options.map()) out.set(key, value);
  return out;
}

Value blocks_value(const std::vector<PluginBlock>& blocks) {
  Value out(Value::List{});
  for (const PluginBlock& block : blocks) out.add(block_value(block));
  return out;
}

Value limits_value(const LimitsConfig& limits) {
  Value out;
  out.set("call_timeout", limits.call_seconds).set("load_timeout", limits.load_seconds);
  out.set("program_timeout", limits.program_seconds).set("checker_timeout", limits.checker_seconds);
  out.set("timing", limits.timing_seconds);
  out.set("memory", limits.memory_bytes).set("output", limits.output_bytes).set("arguments", limits.argument_bytes);
  out.set("parallel", limits.parallel);
  return unvalidate(out, limit_options());
}

}  // namespace

Value compose(const PipelineConfig& config) {
  Value out;
  out.set("name", config.name).set("seed", config.seed);
  if (!config.secret.empty()) out.set("secret", "(secret)");
  out.set("suites", blocks_value(config.suites)).set("models", blocks_value(config.models));
  out.set("prompts", list_of(config.prompts));
  out.set("runtime", block_value(config.runtime, config.device));
  out.set("judges", list_of(config.judges));
  out.set("metrics", blocks_value(config.metrics)).set("profilers", blocks_value(config.profilers));
  out.set("draws", config.draws).set("limits", limits_value(config.limits));
  out.set("report", list_of(config.report)).set("output", config.output);
  return out;
}

}  // namespace touchstone
