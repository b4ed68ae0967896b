#include "report/summary.hpp"

#include <algorithm>

#include "report/statistics.hpp"

namespace touchstone {
namespace {

const Value& last_attempt(const Value& record) {
  static const Value none;
  const auto& attempts = record["attempts"].list();
  return attempts.empty() ? none : attempts.back();
}

// Sorts "model" before "family" before "difficulty", then by suite, model, prompt and name.
std::string group_key(const Group& group) {
  const std::string order = group.by == "model" ? "0" : group.by == "family" ? "1" : "2";
  return order + '\n' + group.suite + '\n' + group.model + '\n' + group.prompt + '\n' + group.name;
}

}  // namespace

void Summary::add(const Value& record) {
  ++count_;
  differences_.add(record);
  add_to(record, "model", record["model"].text());
  add_to(record, "family", record["facts"]["family"].text_or("-"));
  const Value& difficulty = record["facts"]["difficulty"];
  add_to(record, "difficulty", difficulty.is_integer() ? std::to_string(difficulty.integer()) : "-");
  for (const Value& verdict : last_attempt(record)["verdicts"].list())
    lines_.push_back({record["key"].text(), record["suite"].text(), record["task"].text(), record["model"].text(),
                      record["prompt"].text(), verdict["judge"].text(), verdict["outcome"].text(),
                      verdict["reason"].text(), record["note"].text(), static_cast<int>(record["draw"].integer())});
}

void Summary::add_to(const Value& record, std::string by, std::string name) {
  Group start{record["suite"].text(),
              record["model"].text(),
              record["prompt"].text(),
              std::move(by),
              std::move(name),
              0,
              {},
              {}};
  Gathering& gathering = gatherings_.try_emplace(group_key(start), Gathering{start, {}}).first->second;
  ++gathering.group.samples;
  for (const Value& verdict : last_attempt(record)["verdicts"].list())
    ++gathering.group.outcomes[verdict["judge"].text()][verdict["outcome"].text()];
  for (const Value& measurement : record["measurements"].list()) add_measurement(gathering, measurement);
  for (const Value& measurement : record["observed"]["measurements"].list()) add_measurement(gathering, measurement);
}

void Summary::add_measurement(Gathering& gathering, const Value& measurement) {
  const std::string& name = measurement["tag"].text();
  const auto tag = std::find_if(tags_.begin(), tags_.end(), [&](const Tag& t) { return t.name == name; });
  if (tag == tags_.end() || tag->aggregate == "none") return;
  const Value& labels = measurement["labels"];
  auto cell = std::find_if(gathering.cells.begin(), gathering.cells.end(),
                           [&](const Cell& c) { return c.tag.name == name && c.labels == labels; });
  if (cell == gathering.cells.end()) cell = gathering.cells.insert(cell, Cell{*tag, labels, {}});
  cell->values.push_back(measurement["value"].number());
}

std::vector<Group> Summary::groups() const {
  std::vector<Group> out;
  for (const auto& [key, gathering] : gatherings_) {
    Group group = gathering.group;
    for (const Cell& cell : gathering.cells) {
      const Aggregate figure = aggregate(cell.tag.aggregate, cell.values, seed_);
      if (figure.n) group.figures.push_back({cell.tag, cell.labels, figure.value, figure.n, figure.interval});
    }
    out.push_back(std::move(group));
  }
  return out;
}

}  // namespace touchstone
