#include "config/plugin_block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "config/core_options.hpp"
#include "config/schema.hpp"
#include "config/unknown_keys.hpp"
#include "config/wrong_value.hpp"

namespace touchstone {
namespace {

/// One block in two: the core's keys, and the plugin's.
struct Parts {
  Value core, plugin;
};

Parts parted(const Value& item, std::span<const Option> core_keys) {
  Parts out{Value(Value::Map{}), Value(Value::Map{})};
  out.core.place = out.plugin.place = item.place;
  for (const auto& entry : item.map()) {
    const bool is_core =
        std::ranges::any_of(core_keys, [&](const Option& option) { return option.key == entry.first; });
    (is_core ? out.core : out.plugin).set(entry.first, entry.second);
  }
  return out;
}

/// "model 'replay'", or what the file calls it, "models[0]", where it has no name.
std::string owner_of(const std::string& kind, const std::string& key, const Value& item) {
  const std::string use = item["use"].text();
  return use.empty() ? key : fmt::format("{} '{}'", kind, use);
}

std::string key_of(const std::string& kind) { return kind == "runtime" ? kind : kind + "s"; }

/// The kind of the plugin of this name where there is none of `kind`; empty where there is none at all.
std::string other_kind(const std::string& kind, const std::string& name, const FindOptions& find_options) {
  for (const char* other : {"suite", "model", "metric", "profiler", "runtime"})
    if (other != kind && find_options(other, name).ok()) return other;
  return {};
}

/// An item that does not say `use`: what its keys may have been meant as.
void report_no_use(const Value& item, const std::string& owner, const std::string& kind, Errors& errors) {
  const auto& map = item.map();
  const std::string first = map.empty() ? "" : map.front().first;
  if (map.size() == 1 && (map.front().second.is_map() || map.front().second.is_null()) &&
      first.find(':') == first.npos) {
    const bool bare = map.front().second.map().empty();
    errors.push_back(config_error(item.place, owner + ": 'use' is missing",
                                  fmt::format("write {{use: {}{}}}", first, bare ? "" : ", …its options")));
    return;
  }
  // Without its plugin nobody knows the other keys: only one that means `use` can be told.
  for (const auto& [key, value] : map) {
    Errors found;
    if (report_unknown_keys(Value().set(key, value), block_options(kind), {}, owner, found).contains("use"))
      return append(errors, found.front());
  }
  const std::string name = item["name"].text_or(item["type"].text_or(item["provider"].text_or("NAME")));
  errors.push_back(config_error(item.place, owner + ": 'use' is missing, which says which plugin this is",
                                fmt::format("write {{use: {}, …}}; touchstone list {}", name, key_of(kind))));
}

PluginBlock read_block(const Value& item, const std::string& kind, const std::string& key,
                       const FindOptions& find_options, Errors& errors, Value& core) {
  PluginBlock block;
  block.kind = kind;
  block.place = item.place;
  const std::string owner = owner_of(kind, key, item);
  const Parts parts = parted(item, block_options(kind));
  if (!item.find("use")) {
    report_no_use(item, owner, kind, errors);
    return block;
  }
  core = validate(parts.core, block_options(kind), owner, errors);
  block.use = core["use"].text();
  block.name = core["as"].text_or(block.use);
  block.where = read_filter(core["where"], owner, errors);
  if (core["as"].is_text()) check_name(core["as"], owner + ": as", errors);
  if (block.use.empty()) return block;
  const auto options = find_options(kind, block.use);
  if (options) {
    block.options = *options;
    block.config = Config(validate(parts.plugin, block.options, owner, errors, block_options(kind)));
  } else {
    Error error = options.error();
    const std::string place = place_text(core["use"].place);
    error.where = error.where.empty() ? place : place + ": " + error.where;
    if (const std::string other = other_kind(kind, block.use, find_options); !other.empty())
      error.hint = fmt::format("it is a {} plugin: name it under {}", other, key_of(other));
    errors.push_back(std::move(error));
  }
  return block;
}

/// What to write where a list of plugins is wanted.
std::string list_hint(const Value& given) {
  if (given.is_text()) return fmt::format("write [{}]", given.text());
  if (const std::string& use = given["use"].text(); !use.empty())
    return fmt::format("write [{{use: {}{}}}]", use, given.map().size() > 1 ? ", …" : "");
  if (given.is_map() && !given.map().empty())
    return fmt::format("write [{{as: {}, use: NAME, …}}]", given.map().front().first);
  return "write [{use: NAME}]";
}

/// {use: text} for a text; a map as it is; else an error and a null.
Value as_map(const Value& item, const std::string& owner, Errors& errors) {
  if (item.is_map()) return item;
  if (item.is_text()) {
    Value out;
    out.set("use", item);
    out.place = item.place;
    return out;
  }
  const std::string hint = item.is_null()   ? null_hint
                           : item.is_list() ? "only one can stand here: leave the brackets or the dash out"
                                            : "";
  errors.push_back(config_error(
      item.place, fmt::format("{}: expected the name of a plugin, or a map with 'use', found {}", owner, shown(item)),
      hint));
  return {};
}

}  // namespace

void check_name(const Value& name, const std::string& owner, Errors& errors) {
  const std::string& text = name.text();
  const auto is_fit = [](const unsigned char c) { return std::isalnum(c) || c == '.' || c == '-' || c == '_'; };
  const bool fit =
      !text.empty() && text.size() <= 100 && text[0] != '.' && text[0] != '-' && std::ranges::all_of(text, is_fit);
  if (!fit)
    errors.push_back(
        config_error(name.place, fmt::format("{}: '{}' is not a usable name", owner, text),
                     "at most 100 letters, digits, dots, hyphens and underscores; no dot or hyphen first"));
}

std::vector<PluginBlock> read_blocks(const Value& list, const BlockList& which, const FindOptions& find_options,
                                     Errors& errors) {
  std::vector<PluginBlock> out;
  if (list.is_null()) return out;  // missing: said already
  if (!list.is_list()) {
    errors.push_back(config_error(
        list.place, fmt::format("{}: expected a list of plugins, found {}", which.key, shown(list)), list_hint(list)));
    return out;
  }
  std::map<std::string, Place> seen;
  for (std::size_t i = 0; i < list.list().size(); ++i) {
    const std::string key = fmt::format("{}[{}]", which.key, i);
    const std::size_t before = errors.size();
    const Value map = as_map(list.list()[i], key, errors);
    if (map.is_null()) continue;
    Value core;
    PluginBlock block = read_block(map, which.kind, key, find_options, errors, core);
    const auto [first, is_new] = seen.emplace(block.name, block.place);
    if (!is_new && !block.name.empty())
      errors.push_back(config_error(
          block.place,
          fmt::format("{}: the name '{}' is taken at {}", which.key, block.name, place_text(first->second)),
          "give one of them another name: as: NAME"));
    if (errors.size() == before) out.push_back(std::move(block));
  }
  return out;
}

RuntimeBlock read_runtime(const Value& value, const FindOptions& find_options, Errors& errors) {
  const Value map = as_map(value, "runtime", errors);
  if (map.is_null()) return {};
  Value core;
  RuntimeBlock out{read_block(map, "runtime", "runtime", find_options, errors, core), {}};
  out.device = core["device"];
  return out;
}

}  // namespace touchstone
