#include "config/filter.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/core_options.hpp"
#include "config/schema.hpp"
#include "config/wrong_value.hpp"
#include "util/nearest.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

constexpr Option difficulty_options[] = {
    {.key = "least", .type = OptionType::integer, .help = "The easiest that is taken"},
    {.key = "most", .type = OptionType::integer, .help = "The hardest that is taken"}};

/// A text stands for a list of one.
Value with_lists(const Value& where) {
  Value out = where;
  for (const char* key : {"tags", "names", "family"}) {
    const Value text = where[key];
    if (!text.is_text()) continue;
    Value list;
    list.add(text);
    list.place = text.place;
    out.set(key, list);
  }
  return out;
}

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value& item : list.list()) out.push_back(item.text());
  return out;
}

void read_difficulty(const Value& given, const std::string& owner, Filter& filter, Errors& errors) {
  if (given.is_null()) return;
  if (given.is_map()) {
    const Value range = validate(given, difficulty_options, owner + ": difficulty", errors);
    filter.least = range["least"].integer(filter.least);
    filter.most = range["most"].integer(filter.most);
    if (filter.least > filter.most)
      errors.push_back(config_error(given.place, owner + ": difficulty: 'least' is above 'most'", "swap the two"));
    return;
  }
  for (const Value& item : given.is_list() ? given.list() : Value::List{given}) {
    if (item.is_integer())
      filter.difficulties.push_back(item.integer());
    else
      errors.push_back(config_error(
          item.place, owner + ": difficulty: expected a whole number, a list of them, or {least: 1, most: 3}"));
  }
}

bool has_any(const std::vector<std::string>& wanted, const Value& present) {
  return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& text) {
           return present == Value(text) || std::ranges::find(present.list(), Value(text)) != present.list().end();
         });
}

/// The nearest of what there is, or all of it where it is little.
std::string present(const std::string& wanted, const std::set<std::string>& seen) {
  std::vector<std::string> all;
  for (const std::string& text : seen)
    if (!text.empty()) all.push_back(text);
  if (const auto near = nearest(wanted, all)) return fmt::format("did you mean {}?", *near);
  return all.empty() ? "" : "there are: " + shortened(join(all, ", "), 200);
}

}  // namespace

bool Filter::matches(const Question& question) const {
  const auto is_named = [&](const std::string& pattern) { return matches_pattern(pattern, question.id); };
  if (!names.empty() && std::ranges::none_of(names, is_named)) return false;
  if (!has_any(tags, question.facts["tags"]) || !has_any(families, question.facts["family"])) return false;
  const Value& difficulty = question.facts["difficulty"];
  const bool bounded =
      least != std::numeric_limits<std::int64_t>::min() || most != std::numeric_limits<std::int64_t>::max();
  if (bounded && !(difficulty.is_integer() && difficulty.integer() >= least && difficulty.integer() <= most))
    return false;
  return difficulties.empty() ||
         (difficulty.is_integer() && std::ranges::find(difficulties, difficulty.integer()) != difficulties.end());
}

bool FilterUse::matches(const Question& question) {
  names_.insert(question.id);
  const Value &tags = question.facts["tags"], &family = question.facts["family"];
  for (const Value& tag : tags.is_list() ? tags.list() : Value::List{tags}) tags_.insert(tag.text());
  families_.insert(family.text());
  if (const Value& difficulty = question.facts["difficulty"]; difficulty.is_integer())
    difficulties_.insert(difficulty.integer());
  const bool passes = filter_.matches(question);
  ++(passes ? passed_ : dropped_);
  return passes;
}

Errors FilterUse::misses(const std::string& owner) const {
  Errors out;
  for (const auto& [key, seen] : {std::pair{"names", &names_}, {"tags", &tags_}, {"family", &families_}})
    for (const Value& wanted : filter_.written[key].list()) {
      const auto fits = [&](const std::string& text) { return matches_pattern(wanted.text(), text); };
      const bool hit =
          std::string_view(key) == "names" ? std::ranges::any_of(*seen, fits) : seen->contains(wanted.text());
      if (!hit)
        out.push_back(config_error(wanted.place,
                                   fmt::format("{}: where: {}: no task has '{}'", owner, key, wanted.text()),
                                   present(wanted.text(), *seen)));
    }
  const auto wanted = [&](std::int64_t level) {
    return (filter_.difficulties.empty() ||
            std::ranges::find(filter_.difficulties, level) != filter_.difficulties.end()) &&
           level >= filter_.least && level <= filter_.most;
  };
  if (passed_ == 0 && dropped_ > 0 && !filter_.written["difficulty"].is_null() &&
      std::ranges::none_of(difficulties_, wanted)) {
    std::vector<std::string> levels;
    for (const std::int64_t level : difficulties_) levels.push_back(std::to_string(level));
    out.push_back(
        config_error(filter_.written["difficulty"].place, fmt::format("{}: where: difficulty: no task has it", owner),
                     levels.empty() ? "no task says how difficult it is" : "there are: " + join(levels, ", ")));
  }
  if (out.empty() && passed_ == 0 && dropped_ > 0)
    out.push_back(config_error(filter_.written.place, fmt::format("{}: where: no task passes all of it", owner),
                               "each key is met by some task, but no task meets them all"));
  return out;
}

Filter read_filter(const Value& where, const std::string& owner, Errors& errors) {
  Filter filter;
  if (where.is_null()) return filter;
  if (!where.is_map()) {
    const std::string what = fmt::format("{}: where: expected a map, found {}", owner, shown(where));
    errors.push_back(config_error(where.place, what, "say which of a task's facts is meant: where: {tags: [NAME]}"));
    return filter;
  }
  filter.written = with_lists(where);
  const Value values = validate(filter.written, where_options(), owner + ": where", errors);
  filter.tags = texts(values["tags"]);
  filter.names = texts(values["names"]);
  filter.families = texts(values["family"]);
  read_difficulty(values["difficulty"], owner + ": where", filter, errors);
  return filter;
}

}  // namespace touchstone
