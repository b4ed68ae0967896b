#include "config/wrong_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/scalar.hpp"
#include "config/schema.hpp"
#include "util/nearest.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

using enum OptionType;

bool is_any_of(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

/// One text where a list is wanted: the list to write, where that would be right.
std::string list_hint(const std::string& text, const Option& option) {
  const auto choices = split(option.choices, '|');
  if (!option.choices.empty() && std::ranges::find(choices, text) == choices.end())
    return fmt::format("write a list, such as [{}]", nearest(text, choices).value_or(choices.front()));
  if (text.find(' ') == std::string::npos) return fmt::format("write [{}]", text);
  return fmt::format("write one item a word: [{}]", join(split(text, ' '), ", "));
}

/// "1,000", "1_000" or "7" in quotes, as the number that was meant.
std::string number_hint(std::string text) {
  if (parse_real(text)) return fmt::format("leave the quotes out: {}", text);
  std::erase_if(text, [](const char c) { return c == ',' || c == '_' || c == '\''; });
  return parse_integer(text) ? fmt::format("write {}", text) : "";
}

std::string unit_hint(const Value& given, const Option& option) {
  const bool is_time = option.type == duration;
  if (given.is_number() && std::isfinite(given.number()) && given.number() > 0)
    return fmt::format("add a unit: {}{}", given.number(), is_time ? "s" : "B");
  if (parse_real(given.text())) return fmt::format("add a unit: {}{}", given.text(), is_time ? "s" : "B");
  if (!is_time && parse_bytes(given.text())) return "that is more than 64 bits can count";
  return is_time ? "a number and its unit: ns, us, ms, s, min, h"
                 : "a number and its unit: B, kB, MB, GB, KiB, MiB, GiB";
}

std::string words_hint(const Value& given) {
  if (given.is_null()) return null_hint;
  if (given.is_integer() || given.is_flag()) return fmt::format("put it in quotes: \"{}\"", write_scalar(given));
  if (given.is_number()) return "put it in quotes";
  return given.is_list() && given.list().size() == 1 ? "leave the brackets out" : "";
}

std::string wrong_type_hint(const Value& given, const Option& option) {
  switch (option.type) {
    case flag:
      if (is_any_of(given.text(), {"yes", "on", "y", "True", "TRUE", "Yes", "On"})) return "write true";
      return is_any_of(given.text(), {"no", "off", "n", "False", "FALSE", "No", "Off"}) ? "write false" : "";
    case integer:
      if (given.is_number() && given.number() == std::floor(given.number()) && std::abs(given.number()) < 1e15)
        return fmt::format("write {:.0f}", given.number());
      return number_hint(given.text());
    case real:
      return number_hint(given.text());
    case duration:
    case bytes:
      return unit_hint(given, option);
    case texts:
      return given.is_text() ? list_hint(given.text(), option) : given.is_null() ? null_hint : "";
    case map:
      return "";
    default:
      return words_hint(given);
  }
}

/// A list of texts in which something is no text.
Problem wrong_item(const Value& list, const Option& option) {
  const auto item = std::ranges::find_if(list.list(), [](const Value& value) { return !value.is_text(); });
  const std::string what = fmt::format("expected {}, found {} in it", expectation(option), shown(*item));
  if (!item->is_map() && !item->is_list())
    return {what, fmt::format("put it in quotes: \"{}\"", write_scalar(*item)), item->place};
  const std::string& use = (*item)["use"].text();
  if (!use.empty()) return {what, fmt::format("write [{}]", use), item->place};
  return {what, item->is_map() && option.choices.empty() ? "a text that holds ': ' needs quotes" : "", item->place};
}

}  // namespace

std::string shown(const Value& value) {
  if (value.is_null()) return "nothing";
  if (value.is_map()) return "a map";
  if (value.is_list()) return "a list";
  if (value.is_flag()) return fmt::format("the flag {}", value.flag() ? "true" : "false");
  if (value.is_integer()) return fmt::format("the number {}", value.integer());
  if (value.is_number()) return fmt::format("the number {}", write_scalar(value));
  return fmt::format("'{}'", shortened(printable(value.text()), 60));
}

Problem wrong_type(const Value& given, const Option& option) {
  if (option.type == texts && given.is_list()) return wrong_item(given, option);
  const std::string help(option.help);
  if (option.type == map) return {"nothing stands under it", help, given.place};
  const std::string hint = wrong_type_hint(given, option);
  return {fmt::format("expected {}, found {}", expectation(option), shown(given)), hint.empty() ? help : hint,
          given.place};
}

Problem wrong_range(const Value& given, const Option& option) {
  return {fmt::format("expected {}, found {}", expectation(option), shown(given)), std::string(option.help),
          given.place};
}

std::vector<Problem> wrong_choices(const Value& value, const Option& option) {
  const auto choices = split(option.choices, '|');
  std::vector<Problem> out;
  for (const Value& item : value.is_list() ? value.list() : Value::List{value}) {
    if (std::ranges::find(choices, item.text()) != choices.end()) continue;
    const auto near = nearest(item.text(), choices);
    out.push_back({fmt::format("expected {}, found {}", expectation(option), shown(item)),
                   near ? fmt::format("did you mean {}?", *near) : std::string(option.help), item.place});
  }
  return out;
}

}  // namespace touchstone
