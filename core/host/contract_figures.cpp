// Metrics and profilers: what gives figures.
#include <algorithm>
#include <cmath>
#include <set>

#include "host/contract.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

constexpr std::string_view hints[] = {"ratio", "duration", "bytes", "percentage", "count", ""};
constexpr std::string_view aggregates[] = {"proportion", "mean", "geomean", "median", "max", "none"};

std::vector<std::string_view> all_outcomes() {
  std::vector<std::string_view> out(outcomes.begin(), outcomes.end());
  out.insert(out.end(), unscored_outcomes.begin(), unscored_outcomes.end());
  return out;
}

void hold_tags(const std::vector<Tag>& tags, Trial& trial) {
  Problems problems, words;
  std::set<std::string> names;
  for (const Tag& tag : tags) {
    if (trim(tag.name).empty()) problems.push_back("a tag has no name");
    if (!names.insert(tag.name).second) problems.push_back(fmt::format("two tags are called '{}'", tag.name));
    if (tag.description.empty()) words.push_back(fmt::format("'{}' has no description", tag.name));
    if (std::ranges::find(hints, tag.hint) == std::end(hints))
      words.push_back(fmt::format("'{}' has the unknown hint '{}'", tag.name, tag.hint));
    if (std::ranges::find(aggregates, tag.aggregate) == std::end(aggregates))
      words.push_back(fmt::format("'{}' has the unknown aggregate '{}'", tag.name, tag.aggregate));
  }
  if (tags.empty()) problems.push_back("there is none");
  trial.hold("tags have names of their own", problems);
  trial.hold("tags say description, hint and aggregate", words);
}

void hold_figures(const std::vector<Measurement>& figures, const std::vector<Tag>& tags, std::string_view where,
                  Problems& problems) {
  for (const Measurement& figure : figures) {
    const auto wrong = [&](std::string_view what) {
      problems.push_back(fmt::format("'{}' for {} {}", figure.tag, where, what));
    };
    if (std::ranges::none_of(tags, [&](const Tag& tag) { return tag.name == figure.tag; })) wrong("is no tag of it");
    if (!std::isfinite(figure.value)) wrong("is not finite");
    if (figure.n < 1) wrong("has an n below 1");
    const auto& interval = figure.interval;
    if (interval && !(interval->low <= figure.value && figure.value <= interval->high))
      wrong("lies outside its own interval");
  }
}

/// Samples of every outcome, one without an attempt, one of two attempts.
std::vector<std::pair<std::string, Sample>> samples(const Task& task) {
  std::vector<std::pair<std::string, Sample>> out;
  for (const std::string_view outcome : all_outcomes())
    out.push_back({std::string(outcome), {task, "suite", "simple", "model", 0, {example_attempt(outcome)}}});
  out.push_back({"a sample without an attempt", {task, "suite", "simple", "model", 0, {}}});
  out.push_back({"an attempt of which nothing is known", {task, "suite", "simple", "model", 0, {Attempt{}}}});
  out.push_back({"a second attempt",
                 {task, "suite", "simple", "model", 1, {example_attempt("wrong_value"), example_attempt("passed")}}});
  return out;
}

std::vector<Row> rows_of(const std::vector<Tag>& tags) {
  std::vector<Row> out;
  for (const Tag& tag : tags)
    for (int draw = 0; draw < 3; ++draw)
      out.push_back({"suite", "add", "simple", "model", draw, {}, {.tag = tag.name, .value = draw / 2.0}});
  return out;
}

std::string text_of(const std::vector<Tag>& tags) {
  std::string out;
  for (const Tag& tag : tags) out += join(std::vector{tag.name, tag.unit, tag.hint, tag.aggregate}, "|") + "\n";
  return out;
}
std::string text_of(const Result<std::vector<Measurement>>& figures) {
  if (!figures) return "error: " + figures.error().what + "\n";
  std::string out;
  for (const Measurement& figure : *figures)
    out += fmt::format("{} {} {} {}\n", figure.tag, figure.value, figure.n, write_json(figure.labels));
  return out;
}

}  // namespace

void hold_contract(const Metric& metric, Trial& trial) {
  Problems problems;
  const auto tags = called(problems, "tags", [&] { return metric.tags(); });
  called(problems, "needs", [&] { return metric.needs(); });
  if (tags) hold_tags(*tags, trial);
  const Task task = example_task();
  for (const auto& [name, sample] : samples(task))
    if (const auto figures = called(problems, "measure", [&, &sample = sample] { return metric.measure(sample); }))
      hold_figures(*figures, tags.value_or(std::vector<Tag>{}), name, problems);
  trial.hold("measure gives figures of its tags for samples of every outcome, or an error", problems);
  problems.clear();
  for (const auto& rows : {std::vector<Row>{}, rows_of(tags.value_or(std::vector<Tag>{}))})
    if (const auto figures = called(problems, "combine", [&] { return metric.combine(rows); }))
      hold_figures(*figures, tags.value_or(std::vector<Tag>{}), counted(rows.size(), "row"), problems);
  trial.hold("combine gives figures of its tags for many rows and for none, or an error", problems);
}

void hold_contract(const Profiler& profiler, Trial& trial) {
  Problems problems;
  const auto tags = called(problems, "tags", [&] { return profiler.tags(); });
  called(problems, "needs", [&] { return profiler.needs(); });
  if (tags) hold_tags(*tags, trial);
  for (const auto& execution : {Execution{}, example_attempt("passed").execution, example_attempt("crash").execution})
    if (const auto figures = called(problems, "read", [&] { return profiler.read(execution); }))
      hold_figures(*figures, tags.value_or(std::vector<Tag>{}), "an execution", problems);
  trial.hold("read gives figures of its tags for full and empty executions, or an error", problems);
  problems.clear();
  const Device device{.id = "cpu", .family = "cpu", .name = "cpu", .nodes = {}, .environment = {}};
  if (const auto injection = called(problems, "inject", [&] { return profiler.inject(device); }))
    for (const auto& [name, value] : injection->environment)
      if (name.empty() || name.find('=') != name.npos) problems.push_back("inject gives a variable without a name");
  trial.hold("inject gives an environment and a wrapper for any device", problems);
}

std::string said(const Metric& metric, Host&) {
  std::string out = text_of(metric.tags());
  const Task task = example_task();
  for (const auto& [name, sample] : samples(task)) out += name + "\n" + text_of(metric.measure(sample));
  return out;
}

std::string said(const Profiler& profiler, Host&) {
  const Device device{.id = "cpu", .family = "cpu", .name = "cpu", .nodes = {}, .environment = {}};
  std::string out = text_of(profiler.tags()) + text_of(profiler.read(example_attempt("passed").execution));
  for (const auto& [name, value] : profiler.inject(device).environment) out += name + "=" + value + "\n";
  return out;
}

}  // namespace touchstone
