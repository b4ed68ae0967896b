#include "report/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "report/grid.hpp"
#include "touchstone/outcome.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

using Layout = std::function<std::string(const Grid&)>;
using Paint = std::function<std::string(const std::string& text, const std::string& outcome)>;

std::string scaled(double value, std::initializer_list<std::pair<double, const char*>> units) {
  for (const auto& [size, name] : units)
    if (std::abs(value) >= size) return fmt::format("{:.3g} {}", value / size, name);
  return fmt::format("{:.3g} {}", value / std::prev(units.end())->first, std::prev(units.end())->second);
}

std::string interval_text(const Figure& figure) {
  if (!figure.interval) return "";
  if (figure.tag.hint == "percentage")
    return fmt::format("[{:.0f}, {:.0f}]", 100 * figure.interval->low, 100 * figure.interval->high);
  return fmt::format("[{}, {}]", format_figure(figure.interval->low, figure.tag),
                     format_figure(figure.interval->high, figure.tag));
}

std::string title(const Figure& figure) {
  std::string out = figure.tag.name;
  for (const auto& [key, value] : figure.labels.map())
    if (value.is_text() && !(key == "judge" && value.text() == "strict")) out += fmt::format(" ({})", value.text());
  return out;
}

// One row a figure of a model.
Grid figures_grid(const std::vector<Group>& groups) {
  Grid grid({"suite", "model", "prompt", "figure", ">value", ">interval", ">n"});
  for (const Group& group : groups)
    for (const Figure& figure : group.figures)
      if (group.by == "model")
        grid.add({group.suite, group.model, group.prompt, title(figure), format_figure(figure.value, figure.tag),
                  interval_text(figure), std::to_string(figure.n)});
  return grid;
}

// Of the judge paper beside another: as many columns again.
bool is_second(const Group& group, const Figure& figure) {
  return group.outcomes.size() > 1 && figure.labels["judge"].text() == "paper";
}

// One row a family or difficulty of a model, one column an accuracy of one judge; others would not fit on a screen.
Grid parts_grid(const std::vector<Group>& groups, const std::string& by) {
  std::vector<std::string> titles;
  for (const Group& group : groups)
    for (const Figure& figure : group.figures)
      if (figure.tag.hint == "percentage" && !is_second(group, figure) &&
          std::find(titles.begin(), titles.end(), title(figure)) == titles.end())
        titles.push_back(title(figure));
  std::vector<std::string> headings{"suite", "model", "prompt", by, ">samples"};
  for (const std::string& text : titles) headings.insert(headings.end(), {">" + text, ">interval", ">n"});
  Grid grid(headings);
  for (const Group& group : groups) {
    if (group.by != by) continue;
    std::vector<std::string> row{group.suite, group.model, group.prompt, group.name, std::to_string(group.samples)};
    for (const std::string& text : titles) {
      const auto found = std::find_if(group.figures.begin(), group.figures.end(),
                                      [&](const Figure& figure) { return title(figure) == text; });
      if (found == group.figures.end())
        row.insert(row.end(), {"", "", ""});
      else
        row.insert(row.end(),
                   {format_figure(found->value, found->tag), interval_text(*found), std::to_string(found->n)});
    }
    grid.add(std::move(row));
  }
  return grid;
}

// One row a model and judge, one column an outcome that occurred, in the order of severity; the unscored ones last.
Grid outcomes_grid(const std::vector<Group>& groups) {
  std::vector<std::string> names;
  const auto occurs = [&](std::string_view outcome) {
    return std::any_of(groups.begin(), groups.end(), [&](const Group& group) {
      return std::any_of(group.outcomes.begin(), group.outcomes.end(),
                         [&](const auto& judged) { return judged.second.count(std::string(outcome)) > 0; });
    });
  };
  for (std::string_view name : outcomes)
    if (occurs(name)) names.emplace_back(name);
  for (std::string_view name : unscored_outcomes)
    if (occurs(name)) names.emplace_back(name);
  std::vector<std::string> headings{"suite", "model", "prompt", "judge"};
  for (const std::string& name : names) headings.push_back(">" + name);
  Grid grid(headings);
  for (const Group& group : groups) {
    if (group.by != "model") continue;
    for (const auto& [judge, counts] : group.outcomes) {
      std::vector<std::string> row{group.suite, group.model, group.prompt, judge};
      for (const std::string& name : names) row.push_back(counts.count(name) ? std::to_string(counts.at(name)) : "·");
      grid.add(std::move(row));
    }
  }
  return grid;
}

Grid samples_grid(const Summary& summary, const Paint& paint) {
  const bool notes = std::any_of(summary.samples().begin(), summary.samples().end(),
                                 [](const SampleLine& line) { return !line.note.empty(); });
  std::vector<std::string> headings{"task", "model", ">draw", "outcome", "reason"};
  if (notes) headings.insert(headings.begin() + 3, "answer");
  const bool judges = std::any_of(summary.samples().begin(), summary.samples().end(), [&](const SampleLine& line) {
    return line.judge != summary.samples().front().judge;
  });
  if (judges) headings.insert(headings.begin() + 3, "judge");
  Grid grid(headings);
  std::vector<SampleLine> lines = summary.samples();
  std::sort(lines.begin(), lines.end(), [](const SampleLine& a, const SampleLine& b) {
    return std::tie(a.suite, a.task, a.model, a.prompt, a.draw, a.judge) <
           std::tie(b.suite, b.task, b.model, b.prompt, b.draw, b.judge);
  });
  for (const SampleLine& line : lines) {
    std::vector<std::string> row{line.task, line.model, std::to_string(line.draw),
                                 paint(printable(line.outcome), line.outcome), printable(line.reason)};
    if (notes) row.insert(row.begin() + 3, printable(line.note));
    if (judges) row.insert(row.begin() + 3, line.judge);
    grid.add(std::move(row));
  }
  return grid;
}

struct Section {
  std::string heading;
  Grid grid;
};

std::vector<Section> sections(const Summary& summary, std::size_t sample_lines, const Paint& paint) {
  const std::vector<Group> groups = summary.groups();
  std::vector<Section> out;
  if (summary.samples().size() <= sample_lines) out.push_back({"Samples", samples_grid(summary, paint)});
  out.push_back({"Outcomes", outcomes_grid(groups)});
  if (const Differences& differences = summary.differences(); !differences.empty()) {
    out.push_back({"Why the judges paper and strict differ", differences.reasons_grid()});
    if (differences.all().size() <= sample_lines)
      out.push_back({"Samples on which they differ", differences.samples_grid()});
  }
  out.push_back({"Figures, with 95 % intervals", figures_grid(groups)});
  if (summary.samples().size() > sample_lines) {
    out.push_back({"By family", parts_grid(groups, "family")});
    out.push_back({"By difficulty", parts_grid(groups, "difficulty")});
  }
  std::erase_if(out, [](const Section& section) { return section.grid.empty(); });
  return out;
}

std::string first_line(const Heading& heading, long count) {
  return fmt::format("{} · {} · {} of {} samples", heading.run, heading.device, count, heading.planned);
}

}  // namespace

std::string format_figure(double value, const Tag& tag) {
  if (tag.hint == "percentage") return fmt::format("{:.1f} %", 100 * value);
  if (tag.hint == "duration") return scaled(value, {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}});
  if (tag.hint == "bytes") return scaled(value, {{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}, {1, "B"}});
  if (tag.hint == "ratio") return fmt::format("{:.2f}x", value);
  return fmt::format("{:.6g}{}{}", value, tag.unit.empty() ? "" : " ", tag.unit);
}

std::string render_terminal(const Heading& heading, const Summary& summary, const Style& style) {
  const auto paint = [&](const std::string& text, const std::string& outcome) {
    if (!style.colour) return text;
    const char* code = outcome == "passed" ? "32" : outcome == "not_triton" ? "33" : is_scored(outcome) ? "31" : "2";
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
  };
  std::string out = first_line(heading, summary.count()) + "\n";
  for (const Section& section : sections(summary, style.sample_lines, paint))
    out += "\n" + section.heading + "\n" + section.grid.terminal();
  if (!heading.notes.empty()) out += "\nNotes\n";
  for (const std::string& note : heading.notes) out += "  " + printable(note) + "\n";
  return out + "\nRun folder: " + heading.folder + "\n";
}

std::string render_markdown(const Heading& heading, const Summary& summary) {
  const auto plain = [](const std::string& text, const std::string&) { return text; };
  std::string out = "# " + first_line(heading, summary.count()) + "\n";
  for (const Section& section : sections(summary, 1000, plain))
    out += "\n## " + section.heading + "\n\n" + section.grid.markdown();
  if (!heading.notes.empty()) out += "\n## Notes\n\n";
  for (const std::string& note : heading.notes) out += "- " + printable(note) + "\n";
  return out;
}

Value render_json(const Heading& heading, const Summary& summary) {
  Value out, notes{Value::List{}}, groups{Value::List{}}, samples{Value::List{}};
  for (const std::string& note : heading.notes) notes.add(note);
  for (const Group& group : summary.groups()) {
    Value item, counts{Value::Map{}}, figures{Value::List{}};
    for (const auto& [judge, by_outcome] : group.outcomes) {
      Value judged;
      for (const auto& [outcome, count] : by_outcome) judged.set(outcome, count);
      counts.set(judge, judged);
    }
    for (const Figure& figure : group.figures) {
      Value entry;
      entry.set("tag", figure.tag.name).set("unit", figure.tag.unit).set("labels", figure.labels);
      entry.set("value", figure.value).set("n", figure.n);
      if (figure.interval) entry.set("low", figure.interval->low).set("high", figure.interval->high);
      figures.add(entry);
    }
    item.set("by", group.by).set("name", group.name).set("suite", group.suite).set("model", group.model);
    item.set("prompt", group.prompt).set("samples", group.samples).set("outcomes", counts).set("figures", figures);
    groups.add(item);
  }
  for (const SampleLine& line : summary.samples()) {
    Value item;
    item.set("key", line.key).set("suite", line.suite).set("task", line.task).set("model", line.model);
    item.set("prompt", line.prompt).set("draw", line.draw).set("judge", line.judge).set("outcome", line.outcome);
    samples.add(item.set("reason", line.reason));
  }
  out.set("run", heading.run).set("folder", heading.folder).set("device", heading.device);
  out.set("planned", heading.planned).set("done", summary.count()).set("notes", notes);
  if (!summary.differences().empty()) out.set("judges compared", summary.differences().json());
  return out.set("groups", groups).set("samples", samples);
}

}  // namespace touchstone
