#include "config/commented.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/core_options.hpp"
#include "config/schema.hpp"
#include "config/yaml_writer.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

using Options = std::vector<Option>;

Options all_of(std::span<const Option> first, std::span<const Option> second) {
  Options out(first.begin(), first.end());
  out.insert(out.end(), second.begin(), second.end());
  return out;
}

/// Every line behind a mark, so that removing the marks gives the lines.
std::string as_comment(const std::string& lines) {
  std::string out;
  for (const std::string& line : split(lines, '\n'))
    if (!line.empty()) out += "#" + line + "\n";
  return out;
}

class Writer {
 public:
  Writer(const FindOptions& find_options, Errors& errors) : find_options_(find_options), errors_(errors) {}
  CommentedConfig out;

  void whole(const Value& chosen) {
    for (const Option& option : pipeline_options()) {
      out.text += "\n";
      explain(option, 0);
      const std::string key(option.key);
      const Value& value = chosen[key];
      if (key == "runtime" && value.is_map())
        out.text += "runtime:\n", block(value, key, "runtime", false);
      else if (value.is_list() && !value.list().empty() && is_list_of_plugins(key))
        list(value, key);
      else if (key == "limits")
        limits(value);
      else
        line(option, value, 0, key);
    }
  }

 private:
  static bool is_list_of_plugins(std::string_view key) {
    return key == "suites" || key == "models" || key == "metrics" || key == "profilers";
  }
  static std::string margin(std::size_t depth) { return std::string(depth, ' '); }

  void explain(const Option& option, std::size_t depth) {
    std::string notes = option.type == OptionType::map ? "" : expectation(option);
    if (option.required) notes += notes.empty() ? "required" : "; required";
    out.text += fmt::format("{}# {}{}\n", margin(depth), option.help, notes.empty() ? "" : " (" + notes + ")");
  }

  /// One key: as chosen, or its default behind a mark. What is required and not chosen is left to be filled in.
  void line(const Option& option, const Value& value, std::size_t depth, const std::string& path) {
    if (!value.is_null()) {
      const std::string text = write_yaml(Value().set(option.key, absolute(option, value)));
      for (const std::string& part : split(text, '\n'))
        if (!part.empty()) out.text += margin(depth) + part + "\n";
    } else if (option.required) {
      out.text += fmt::format("{}{}:  # to be filled in\n", margin(depth), option.key);
      out.to_fill.push_back(path);
    } else {
      out.text +=
          fmt::format("{}#{}: {}\n", margin(depth), option.key, option.fallback.empty() ? "…" : option.fallback);
    }
  }

  Value absolute(const Option& option, const Value& value) {
    return option.type == OptionType::path ? validate_value(value, option, std::string(option.key), errors_) : value;
  }

  void table(std::span<const Option> options, const Value& values, std::size_t depth, const std::string& path) {
    for (const Option& option : options) {
      explain(option, depth);
      const Value& value = values[option.key];
      if (option.key == "where" && value.is_map()) {
        out.text += margin(depth) + "where:\n";
        table(where_options(), value, depth + 2, path + ".where");
      } else {
        line(option, value, depth, fmt::format("{}.{}", path, option.key));
      }
    }
  }

  void limits(const Value& values) {
    const std::size_t start = out.text.size();
    out.text += "limits:\n";
    if (!values.map().empty()) return table(limit_options(), values, 2, "limits");
    for (const Option& option : limit_options()) {
      explain(option, 2);
      out.text += fmt::format("  {}: {}\n", option.key, option.fallback);
    }
    const std::string lines = out.text.substr(start);
    out.text.resize(start);
    out.text += as_comment(lines);
  }

  void list(const Value& items, const std::string& key) {
    out.text += key + ":\n";
    for (std::size_t i = 0; i < items.list().size(); ++i)
      block(items.list()[i], fmt::format("{}[{}]", key, i), key.substr(0, key.size() - 1), true);
  }

  void block(const Value& item, const std::string& path, const std::string& kind, bool in_list) {
    const Value map = item.is_text() ? Value().set("use", item) : item;
    const auto own = find_options_(kind, map["use"].text());
    if (!own) {
      errors_.push_back(own.error());
      return;
    }
    const std::size_t depth = in_list ? 4 : 2;
    out.text += (in_list ? "  - " : "  ") + write_yaml(Value().set("use", map["use"]));
    Options options = all_of(block_options(kind), *own);
    std::erase_if(options, [](const Option& option) { return option.key == "use"; });
    table(options, map, depth, path);
  }

  const FindOptions& find_options_;
  Errors& errors_;
};

}  // namespace

CommentedConfig commented_config(const Value& chosen, const FindOptions& find_options, Errors& errors) {
  Writer writer(find_options, errors);
  writer.out.text =
      "# Every key there is. A line with # before its key shows the default: remove the # to change it.\n"
      "# `touchstone check FILE` tells every mistake, `touchstone describe NAME` what a plugin takes.\n";
  writer.whole(chosen);
  return std::move(writer.out);
}

}  // namespace touchstone
