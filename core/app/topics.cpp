#include "app/topics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "config/core_options.hpp"
#include "host/describe.hpp"

namespace touchstone {
namespace {

constexpr std::string_view word_keys[] = {"judges", "prompts", "report"};

std::string singular(std::string_view key) {
  return std::string(key.substr(0, key.size() - (key.ends_with('s') ? 1 : 0)));
}

/// The core's keys of one item or map under a key of the pipeline file.
std::span<const Option> keys_under(std::string_view key) {
  if (key == "limits") return limit_options();
  if (key == "prompts") return prompt_options();
  if (key == "suites" || key == "models" || key == "metrics" || key == "profilers" || key == "runtime")
    return block_options(singular(key));
  return {};
}

const Option* find(std::span<const Option> options, std::string_view name, bool or_singular = false) {
  const auto found = std::ranges::find_if(options, [&](const Option& option) {
    return option.key == name || (or_singular && singular(option.key) == name);
  });
  return found == options.end() ? nullptr : &*found;
}

Topic topic_of_key(const Option& option) {
  Topic out{fmt::format("The key {} of the pipeline file", option.key), {{"", describe_options({&option, 1})}}};
  if (const auto words = choice_options(option.key); !words.empty()) {
    Value rows = describe_options(words);
    Value bare(Value::List{});
    for (const Value& row : rows.list()) bare.add(Value().set("key", row["key"]).set("help", row["help"]));
    out.tables.emplace_back("What it may hold", bare);
  }
  if (const auto keys = keys_under(option.key); !keys.empty())
    out.tables.emplace_back(option.key == "limits" || option.key == "runtime" ? "Its keys" : "Keys of each item",
                            describe_options(keys));
  if (option.key == "suites" || option.key == "models")
    out.tables.emplace_back("Keys of where", describe_options(where_options()));
  return out;
}

}  // namespace

std::optional<Topic> topic_of(const std::string& name) {
  if (name == "config")
    return Topic{"The pipeline file",
                 {{"", describe_options(pipeline_options())}, {"limits", describe_options(limit_options())}}};
  if (name == "where")
    return Topic{"where: the tasks of a suite, or those that a model is asked",
                 {{"", describe_options(where_options())}}};
  if (const Option* key = find(pipeline_options(), name, true)) return topic_of_key(*key);
  for (const std::string_view key : word_keys)
    if (find(choice_options(key), name)) return topic_of_key(*find(pipeline_options(), key));
  if (const Option* limit = find(limit_options(), name))
    return Topic{fmt::format("The key {} of limits", name), {{"", describe_options({limit, 1})}}};
  if (name == "device") return topic_of_key(*find(pipeline_options(), "runtime"));
  return std::nullopt;
}

std::vector<std::string> topic_names() {
  std::vector<std::string> out{"config", "where", "device"};
  for (const Option& option : pipeline_options()) out.emplace_back(option.key);
  for (const Option& option : limit_options()) out.emplace_back(option.key);
  for (const std::string_view key : word_keys)
    for (const Option& word : choice_options(key)) out.emplace_back(word.key);
  return out;
}

std::string topic_text(const Topic& topic) {
  std::string out = topic.heading + "\n";
  for (const auto& [heading, options] : topic.tables)
    out += (heading.empty() ? "" : "\n" + heading + "\n") + "\n" + options_text(options);
  return out;
}

Value topic_value(const Topic& topic) {
  if (topic.tables.size() == 1) return topic.tables.front().second;
  Value out;
  for (const auto& [heading, options] : topic.tables) out.set(heading.empty() ? "options" : heading, options);
  return out;
}

}  // namespace touchstone
