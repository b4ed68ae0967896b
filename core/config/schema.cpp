#include "config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "config/unknown_keys.hpp"
#include "config/wrong_value.hpp"
#include "config/yaml_reader.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

std::string limit_text(const Option& option, double limit) {
  if (option.type == OptionType::duration) return format_duration(limit);
  if (option.type == OptionType::bytes) return format_bytes(limit);
  return fmt::format("{}", limit);
}

std::string range_text(const Option& option) {
  const bool low = std::isfinite(option.least), high = std::isfinite(option.most);
  if (low && high)
    return fmt::format(", from {} to {}", limit_text(option, option.least), limit_text(option, option.most));
  if (low) return fmt::format(", at least {}", limit_text(option, option.least));
  return high ? fmt::format(", at most {}", limit_text(option, option.most)) : "";
}

/// The name of the environment variable that a path starts with ("$DATA/x"), or nothing.
std::string_view leading_variable(std::string_view path) {
  if (!path.starts_with('$')) return {};
  return path.substr(1, path.find('/') == std::string_view::npos ? path.npos : path.find('/') - 1);
}

std::string absolute_path(const Value& given) {
  namespace fs = std::filesystem;
  if (const auto name = leading_variable(given.text()); !name.empty())
    if (const char* value = std::getenv(std::string(name).c_str()))
      return fs::path(value + given.text().substr(1 + name.size())).lexically_normal().string();
  fs::path base = given.place.line > 0 ? fs::path(given.place.file).parent_path() : fs::path();
  std::error_code ignored;
  return fs::absolute(base / given.text(), ignored).lexically_normal().string();
}

/// The value as a plugin gets it, or null where it has the wrong type.
Value converted(const Value& given, const Option& option) {
  switch (option.type) {
    case OptionType::flag:
      return given.is_flag() ? given : Value();
    case OptionType::integer:
      return given.is_integer() ? given : Value();
    case OptionType::real:
      return given.is_number() ? Value(given.number()) : Value();
    case OptionType::text:
    case OptionType::choice:
      return given.is_text() ? given : Value();
    case OptionType::path:
      return given.is_text() && !given.text().empty() ? Value(absolute_path(given)) : Value();
    case OptionType::map:
      return given;
    case OptionType::texts: {
      const auto is_text = [](const Value& item) { return item.is_text(); };
      return given.is_list() && std::ranges::all_of(given.list(), is_text) ? given : Value();
    }
    default:
      break;
  }
  const bool zero = given.is_integer() && given.integer() == 0;
  const auto number = zero                                  ? 0.0
                      : option.type == OptionType::duration ? parse_duration(given.text())
                                                            : parse_bytes(given.text());
  if (!number) return Value();
  if (option.type == OptionType::duration) return Value(*number);
  if (*number > 9e18) return Value();
  return Value(static_cast<long long>(*number));
}

/// Paths whose beginning means something else than it says.
std::vector<Problem> wrong_path(const Value& given) {
  const std::string& text = given.text();
  if (const auto name = leading_variable(text); !name.empty() && !std::getenv(std::string(name).c_str()))
    return {
        {fmt::format("the environment variable {} is not set", name), "set it, or write the path itself", given.place}};
  if (text == "~" || text.starts_with("~/"))
    return {{"~ does not stand for the home folder here", "write $HOME" + text.substr(1), given.place}};
  return {};
}

std::vector<Problem> problems_of(const Value& given, const Option& option, const Value& value) {
  if (value.is_null()) return {wrong_type(given, option)};
  if (!option.choices.empty()) return wrong_choices(value, option);
  if (option.type == OptionType::path) return wrong_path(given);
  // Written so that NaN, which is in no range, is outside.
  const bool outside = value.is_number() && !(value.number() >= option.least && value.number() <= option.most);
  return outside ? std::vector{wrong_range(given, option)} : std::vector<Problem>{};
}

/// The default, read as if it stood in the file.
Value fallback_of(const Option& option, const Place& place, const std::string& owner, Errors& errors) {
  if (option.required || option.fallback.empty()) return {};
  Value written(option.fallback);
  const bool words =
      option.type == OptionType::text || option.type == OptionType::choice || option.type == OptionType::path;
  if (!words) {
    auto read = read_yaml(option.fallback, fmt::format("default of {}", option.key));
    if (read) written = std::move(*read);
  }
  written.place = place;
  const std::size_t before = errors.size();
  Value value = validate_value(written, option, owner, errors);
  for (std::size_t i = before; i < errors.size(); ++i) {
    errors[i].code = ErrorCode::plugin;
    errors[i].hint = "this is the default that the code declares: report it to the author";
  }
  return value;
}

Error missing(const Place& place, const Option& option, const std::string& owner) {
  const bool any = option.type == OptionType::map;
  return config_error(place, fmt::format("{}: '{}' is missing", owner, option.key),
                      any ? std::string(option.help) : fmt::format("{}: {}", expectation(option), option.help));
}

}  // namespace

std::string type_name(OptionType type) {
  static constexpr const char* names[] = {"flag", "integer",  "real",  "text",  "choice",
                                          "path", "duration", "bytes", "texts", "map"};
  return names[static_cast<std::size_t>(type)];
}

std::string expectation(const Option& option) {
  std::string out;
  switch (option.type) {
    case OptionType::flag:
      return "true or false";
    case OptionType::integer:
      out = "a whole number";
      break;
    case OptionType::real:
      out = "a number";
      break;
    case OptionType::text:
      return "text";
    case OptionType::choice:
      return "one of " + join(split(option.choices, '|'), ", ");
    case OptionType::path:
      return "a path";
    case OptionType::duration:
      out = "a duration such as 500ms, 2s, 3min or 1h";
      break;
    case OptionType::bytes:
      out = "a size such as 512B, 64KiB or 2GiB";
      break;
    case OptionType::texts:
      return option.choices.empty() ? "a list of texts" : "a list of " + join(split(option.choices, '|'), ", ");
    case OptionType::map:
      return "a value";
  }
  if (!option.unit.empty()) out += fmt::format(" ({})", option.unit);
  return out + range_text(option);
}

Value validate_value(const Value& given, const Option& option, const std::string& owner, Errors& errors) {
  Value value = converted(given, option);
  for (Problem& problem : problems_of(given, option, value))
    errors.push_back(
        config_error(problem.place, fmt::format("{}: {}: {}", owner, option.key, problem.what), problem.hint));
  value.place = given.place;
  return value;
}

Value validate(const Value& block, std::span<const Option> options, const std::string& owner, Errors& errors,
               std::span<const Option> beside) {
  Value out(Value::Map{});
  out.place = block.place;
  if (!block.is_map() && !block.is_null()) {
    errors.push_back(
        config_error(block.place, fmt::format("{}: expected a map of options, found {}", owner, shown(block))));
    return out;
  }
  const auto meant = report_unknown_keys(block, options, beside, owner, errors);
  for (const Option& option : options) {
    const Value* given = block.find(option.key);
    if (!given && option.required && !meant.contains(std::string(option.key)))
      errors.push_back(missing(block.place, option, owner));
    out.set(option.key,
            given ? validate_value(*given, option, owner, errors) : fallback_of(option, block.place, owner, errors));
  }
  return out;
}

Value unvalidate(const Value& effective, std::span<const Option> options) {
  Value out(Value::Map{});
  for (const Option& option : options) {
    const Value& value = effective[option.key];
    if (value.is_null()) continue;
    if (option.secret)
      out.set(option.key, "(secret)");
    else if (option.type == OptionType::duration)
      out.set(option.key, format_duration(value.number()));
    else if (option.type == OptionType::bytes)
      out.set(option.key, format_bytes(value.number()));
    else
      out.set(option.key, value);
  }
  return out;
}

}  // namespace touchstone
