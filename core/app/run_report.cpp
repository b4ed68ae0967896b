#include "app/run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <span>

#include "app/manifest.hpp"
#include "app/stored_run.hpp"
#include "store/measurements.hpp"
#include "store/records.hpp"
#include "util/file_system.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

void add_reading_notes(const Reading& reading, std::vector<std::string>& notes) {
  if (reading.replaced)
    notes.push_back(fmt::format("{} earlier records were replaced by later ones", reading.replaced));
  if (!reading.damaged.empty())
    notes.push_back(fmt::format("{} damaged lines in records.jsonl, the first is line {}: their samples are done again",
                                reading.damaged.size(), reading.damaged.front()));
  if (reading.torn_bytes)
    notes.push_back(fmt::format("an unfinished last line of {} bytes was dropped", reading.torn_bytes));
}

// Notes of records: one line a text, with the tasks that it is said of.
class RecordNotes {
 public:
  void add(const Value& record) {
    for (const Value& note : record["notes"].list()) {
      auto it = std::ranges::find(lines_, note.text(), &Line::note);
      if (it == lines_.end()) it = lines_.insert(it, {note.text(), {}});
      if (std::ranges::find(it->tasks, record["task"].text()) == it->tasks.end())
        it->tasks.push_back(record["task"].text());
    }
  }
  void tell(std::vector<std::string>& notes) const {
    for (const Line& line : lines_) {
      const std::size_t shown = std::min(line.tasks.size(), most_named);
      std::string of = join(std::span(line.tasks).first(shown), ", ");
      if (shown < line.tasks.size()) of += fmt::format(" and {}", counted(line.tasks.size() - shown, "more task"));
      notes.push_back(of + ": " + line.note);
    }
  }

 private:
  static constexpr std::size_t most_named = 8;
  struct Line {
    std::string note;
    std::vector<std::string> tasks;
  };
  std::vector<Line> lines_;
};

// Devices that were not used, and those that a session of the run left out, as its status keeps them.
void add_device_notes(const Value& devices, const RunPaths& paths, std::vector<std::string>& notes) {
  for (const Value& device : devices.list())
    if (device.find("trouble"))
      notes.push_back(fmt::format("{} was not used: {}", device["id"].text(), device["trouble"].text()));
  const auto status = read_json_file(paths.status());
  if (!status) return;
  for (const Value& left : (*status)["left out"].list())
    notes.push_back(
        fmt::format("{} was left out from {}: {}", left["device"].text(), left["at"].text(), left["reason"].text()));
}

// What of the plan is not here: not done yet, in other shards, or only asked.
void add_plan_notes(const RunPaths& paths, const Value& manifest, RunReport& out) {
  if (const Value& shards = manifest["shards"]; !shards.list().empty()) {
    std::vector<std::string> names;
    for (const Value& shard : shards.list()) names.push_back(shard.text());
    out.heading.notes.push_back(fmt::format("shard {} of a plan of {} samples: merge joins the parts",
                                            join(names, ", "), manifest["samples of the plan"].integer()));
  }
  const long missing = out.heading.planned - out.summary.count();
  if (missing > 0)
    out.heading.notes.push_back(
        fmt::format("{} of {} samples are not done: run the same command again", missing, out.heading.planned));
  const auto stored = list_folder(paths.completions());
  if (missing > 0 && stored)
    out.heading.notes.push_back(
        fmt::format("{} are stored: run with --from execute judges them", counted(stored->size(), "completion")));
}

// A record with the figures of another set, and the verdicts that these come from.
Value measured_anew(Value record, const MeasurementSet& set) {
  const auto line = set.lines.find(record["key"].text());
  static const Value none;
  const Value& figures = line == set.lines.end() ? none : line->second;
  record.set("measurements", figures["measurements"]).set("notes", figures["notes"]);
  record.set("observed", Value().set("measurements", figures["observed"]));
  const auto& judges = set.manifest["judges"].list();
  if (judges.empty()) return record;
  Value attempts{Value::List{}};
  for (Value attempt : record["attempts"].list()) {
    Value verdicts{Value::List{}};
    for (const Value& verdict : attempt["verdicts"].list())
      if (std::ranges::find(judges, verdict["judge"]) != judges.end()) verdicts.add(verdict);
    attempts.add(attempt.set("verdicts", verdicts));
  }
  return record.set("attempts", attempts);
}

ExitCode run_report_command(const Arguments& arguments, App& app) {
  auto report = read_report(arguments.positional.front(), arguments.get("measurement"));
  if (!report) return fail(app, report.error());
  const auto thresholds = read_thresholds(arguments, report->summary.tags());
  if (!thresholds) return fail(app, thresholds.error());
  std::vector<std::string> forms;
  if (arguments.has("json")) forms.push_back("json");
  if (arguments.has("markdown")) forms.push_back("markdown");
  if (forms.empty()) forms.push_back("table");
  print_report(app, *report, forms);
  return hold_to(*thresholds, *report, app);
}

}  // namespace

Result<RunReport> read_report(const std::string& folder, const std::string& measurement) {
  const auto run = open_stored(folder);
  if (!run) return run.error();
  const Value& manifest = run->manifest;
  auto set =
      measurement.empty() ? Result<MeasurementSet>(MeasurementSet{}) : read_measurements(run->paths, measurement);
  if (!set) return set.error();
  const Value& tags = measurement.empty() ? manifest["tags"] : set->manifest["tags"];
  RunReport out{{}, Summary(read_tags(tags), static_cast<std::uint64_t>(manifest["seed"].integer()))};
  out.heading.run = manifest["run"].text() + (measurement.empty() ? "" : " · measurement " + measurement);
  out.heading.folder = run->paths.folder;
  out.heading.device = manifest["devices"].is_null() ? "no device yet" : devices_text(manifest["devices"]);
  out.heading.planned = manifest["planned"].integer();
  for (const Value& note : manifest["notes"].list()) out.heading.notes.push_back(note.text());
  for (const Value& note : set->manifest["notes"].list()) out.heading.notes.push_back(note.text());
  for (const Value& feature : manifest["containment"].list())
    if (!feature["holds"].flag())
      out.heading.notes.push_back("containment: " + feature["name"].text() + ": " + feature["detail"].text());
  add_device_notes(manifest["devices"], run->paths, out.heading.notes);
  RecordNotes notes;
  const auto reading = read_records(run->paths.records(), [&](const Value& stored) {
    const Value record = measurement.empty() ? stored : measured_anew(stored, *set);
    out.summary.add(record);
    notes.add(record);
    return true;
  });
  if (!reading) return reading.error();
  notes.tell(out.heading.notes);
  if (std::ranges::find(out.summary.samples(), "paper", &SampleLine::judge) != out.summary.samples().end())
    out.heading.notes.push_back("judge paper: no program is timed: speed-up and efficiency are not measured");
  add_reading_notes(*reading, out.heading.notes);
  add_plan_notes(run->paths, manifest, out);
  return out;
}

void print_report(App& app, const RunReport& report, const std::vector<std::string>& forms) {
  for (const std::string& form : forms) {
    if (form == "json")
      app.out << write_json_pretty(render_json(report.heading, report.summary));
    else if (form == "markdown")
      app.out << render_markdown(report.heading, report.summary);
    else
      app.out << render_terminal(report.heading, report.summary, {.colour = app.colour});
  }
}

Result<std::vector<Threshold>> read_thresholds(const Arguments& arguments, const std::vector<Tag>& tags) {
  std::vector<Threshold> out;
  for (const std::string& expression : arguments.all("fail-on")) {
    auto threshold = read_threshold(expression, tags);
    if (!threshold) return threshold.error();
    out.push_back(std::move(*threshold));
  }
  return out;
}

ExitCode hold_to(const std::vector<Threshold>& thresholds, const RunReport& report, App& app) {
  const std::vector<Group> groups = report.summary.groups();
  ExitCode code = ExitCode::done;
  for (const Threshold& threshold : thresholds)
    for (const std::string& line : failures(threshold, groups)) {
      app.err << "failed: " << line << '\n';
      code = ExitCode::failed;
    }
  return code;
}

Subcommand report_command() {
  return {"report",
          "RUN",
          "Show the report of a run folder",
          "touchstone report runs/quickstart --markdown",
          1,
          1,
          {{"markdown", "", "print Markdown"},
           {"measurement", "NAME", "the figures of a set that measure added, in place of the run's own"},
           fail_on_flag},
          run_report_command};
}

}  // namespace touchstone
