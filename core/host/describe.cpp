#include "host/describe.hpp"

#include <fmt/format.h>

#include <cmath>

#include "config/scalar.hpp"
#include "config/schema.hpp"
#include "touchstone/plugin.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

template <class Interface>
std::span<const Option> options_behind(const PluginHeader& header) {
  return static_cast<const PluginDescriptor<Interface>*>(header.descriptor)->options;
}

Value describe_option(const Option& option) {
  Value out;
  out.set("key", option.key).set("type", type_name(option.type)).set("help", option.help);
  if (option.required)
    out.set("required", true);
  else if (!option.fallback.empty())
    out.set("default", option.fallback);
  if (!option.choices.empty()) {
    Value choices;
    for (const std::string& choice : split(option.choices, '|')) choices.add(choice);
    out.set("choices", choices);
  }
  if (std::isfinite(option.least)) out.set("least", option.least);
  if (std::isfinite(option.most)) out.set("most", option.most);
  if (!option.unit.empty()) out.set("unit", option.unit);
  if (option.secret) out.set("secret", true);
  out.set("takes", expectation(option));
  return out;
}

/// How the plugin is named in a pipeline file.
std::string snippet(const Value& plugin) {
  const std::string& kind = plugin["kind"].text();
  std::string block = "use: " + write_scalar(plugin["name"]);
  for (const Value& option : plugin["options"].list())
    if (option["required"].flag()) block += fmt::format(", {}: …", option["key"].text());
  return kind == "runtime" ? fmt::format("runtime: {{{}}}", block) : fmt::format("{}s: [{{{}}}]", kind, block);
}

}  // namespace

std::span<const Option> options_of(const PluginHeader& header) {
  const std::string_view kind = header.kind;
  if (kind == "model") return options_behind<ModelBackend>(header);
  if (kind == "suite") return options_behind<OperatorSuite>(header);
  if (kind == "metric") return options_behind<Metric>(header);
  if (kind == "profiler") return options_behind<Profiler>(header);
  return options_behind<Runtime>(header);
}

Value describe_options(std::span<const Option> options) {
  Value out(Value::List{});
  for (const Option& option : options) out.add(describe_option(option));
  return out;
}

Value describe_plugin(const PluginHeader& header, const std::string& file) {
  Value out;
  out.set("kind", header.kind).set("name", header.name).set("version", header.version).set("summary", header.summary);
  out.set("file", file).set("options", describe_options(options_of(header)));
  return out;
}

std::string options_text(const Value& options) {
  std::string out;
  for (const Value& option : options.list()) {
    std::string notes = option["takes"].text();
    if (option["required"].flag())
      notes += "; required";
    else if (const Value* fallback = option.find("default"))
      notes += fmt::format("; default {}", fallback->text());
    if (option["secret"].flag()) notes += "; never shown";
    out += fmt::format("  {:<18}{}\n", option["key"].text(), option["help"].text());
    if (!notes.empty()) out += fmt::format("  {:<18}{}\n", "", notes);
  }
  return out;
}

std::string describe_text(const Value& plugin) {
  std::string out = fmt::format("{} {} {}: {}\n{}\n", plugin["kind"].text(), plugin["name"].text(),
                                plugin["version"].text(), plugin["summary"].text(), plugin["file"].text());
  out +=
      plugin["options"].list().empty() ? "\nIt takes no options.\n" : "\nOptions\n" + options_text(plugin["options"]);
  return out + "\nIn a pipeline file\n  " + snippet(plugin) + "\n";
}

}  // namespace touchstone
