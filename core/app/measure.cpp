#include "app/measure.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "app/manifest.hpp"
#include "app/nearby.hpp"
#include "app/run_report.hpp"
#include "app/stored_run.hpp"
#include "app/version.hpp"
#include "app/wire.hpp"
#include "config/load.hpp"
#include "pipeline/remeasure.hpp"
#include "store/measurements.hpp"
#include "store/records.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// --metrics a,b as a config would have them; each name has the flag as its place.
Value named_list(const Arguments& arguments, const std::string& flag) {
  Value out{Value::List{}};
  for (const std::string& words : arguments.all(flag))
    for (const std::string& word : split(words, ',')) {
      Value name{trim(word)};
      name.place.file = "--" + flag;
      out.add(name);
    }
  out.place.file = "--" + flag;
  return out;
}

// The run's own config with the metrics that are wanted now: by name, or with options from a file.
Result<Value> wanted_config(const Arguments& arguments, const RunPaths& paths) {
  auto root = load_config(paths.config());
  if (!root) return root.error();
  Value metrics = named_list(arguments, "metrics");
  if (arguments.has("config")) {
    const std::string path = arguments.get("config");
    const auto file = load_config(path);
    if (!file) return Error{ErrorCode::config, file.error().what, file.error().where, file_hint(path)};
    if (!(*file)["metrics"].is_list())
      return Error{ErrorCode::config, "there is no list of metrics", path, "write metrics: [{use: NAME, …}]"};
    for (const Value& block : (*file)["metrics"].list()) metrics.add(block);
  }
  if (metrics.list().empty())
    return Error{ErrorCode::config, "no metric is named", "touchstone measure",
                 "--metrics accuracy, or --config FILE with a list of metrics; list metrics shows those there are"};
  root->set("metrics", metrics).set("profilers", Value(Value::List{}));
  if (arguments.has("judges")) root->set("judges", named_list(arguments, "judges"));
  return *root;
}

std::string default_name(const PipelineConfig& config) {
  std::string out;
  for (const PluginBlock& metric : config.metrics) out += (out.empty() ? "" : "_") + metric.name;
  return out;
}

// A judge works on outputs, and of these a run keeps none.
Error unheard_judges(const std::vector<std::string>& judges, const std::vector<std::string>& all,
                     const std::string& run) {
  return {
      ErrorCode::config,
      fmt::format("no record holds a verdict of the judge '{}': a verdict comes from the outputs of calls, and these "
                  "are not kept (sealed memory, gone once it is judged)",
                  join(judges, "', '")),
      run,
      fmt::format("execute them again: touchstone run {}/config.yaml --set judges=[{}] --output DIR", run,
                  join(all, ","))};
}

Value measurement_manifest(const App& app, const Wiring& wiring, const std::vector<std::string>& judges,
                           const std::vector<std::string>& notes) {
  Value out, judge_list{Value::List{}}, note_list{Value::List{}};
  for (const std::string& judge : judges) judge_list.add(judge);
  for (const std::string& note : notes) note_list.add(note);
  out.set("touchstone", version).set("started", app.clock.utc()).set("metrics", compose(wiring.config)["metrics"]);
  return out.set("judges", judge_list)
      .set("plugins", plugins_value(app.registry))
      .set("tags", tags_value(wiring.tags()))
      .set("notes", note_list);
}

// The suites of the run, as they are now; one that cannot be opened is a note.
std::vector<SelectedTask> tasks_now(App& app, const PipelineConfig& config, Wiring& suites,
                                    std::vector<std::string>& notes) {
  PipelineConfig part;
  part.suites = config.suites;
  Errors errors;
  suites = make_wiring(std::move(part), app.registry, app.host, errors);
  std::vector<SelectedTask> tasks = select_tasks(suites, errors);
  for (const Error& error : errors) notes.push_back("a suite cannot be opened again: " + error.what);
  return tasks;
}

Result<MeasurementSet> measure_run(App& app, const Wiring& wiring, const RunPaths& paths, bool named_judges) {
  const std::vector<std::string> judges = named_judges ? wiring.config.judges : std::vector<std::string>{};
  std::vector<std::string> notes;
  Wiring suites;
  const std::vector<SelectedTask> tasks = tasks_now(app, wiring.config, suites, notes);
  Remeasure again(wiring.metrics, tasks, judges);
  MeasurementSet out;
  const auto reading = read_records(paths.records(), [&](const Value& record) {
    out.lines[record["key"].text()] = again.add(record, read_texts(paths, record["key"].text()));
    return !app.stop.stop_requested();
  });
  if (!reading) return reading.error();
  if (app.stop.stop_requested()) return Error{ErrorCode::cancelled, "interrupted: nothing was kept", paths.folder};
  if (const auto unheard = again.unheard(); !unheard.empty() && again.samples())
    return unheard_judges(unheard, wiring.config.judges, paths.folder);
  for (std::string& note : again.notes()) notes.push_back(std::move(note));
  out.manifest = measurement_manifest(app, wiring, judges, notes);
  return out;
}

ExitCode measure_command_run(const Arguments& arguments, App& app) {
  auto run = open_stored(arguments.positional.front());
  if (!run) return fail(app, run.error());
  const auto root = wanted_config(arguments, run->paths);
  if (!root) return fail(app, root.error());
  Errors errors;
  PipelineConfig config = read_pipeline(*root, find_options(app.registry), errors);
  if (!errors.empty()) return fail(app, errors);
  const std::string name = arguments.get("as", default_name(config));
  if (auto may = may_measure(run->paths, name); !may) return fail(app, may.error());
  PipelineConfig part;
  part.metrics = config.metrics;
  Wiring wiring = make_wiring(std::move(part), app.registry, app.host, errors);
  if (!errors.empty()) return fail(app, errors);
  wiring.config = std::move(config);
  const auto set = measure_run(app, wiring, run->paths, arguments.has("judges"));
  if (!set) return fail(app, set.error());
  if (auto kept = write_measurements(run->paths, name, *set); !kept) return fail(app, kept.error());
  app.err << fmt::format("kept in {}/{}; touchstone report {} --measurement {} shows it again\n",
                         run->paths.measurements(), name, arguments.positional.front(), name);
  const auto report = read_report(arguments.positional.front(), name);
  if (!report) return fail(app, report.error());
  print_report(app, *report, {arguments.has("json") ? "json" : "table"});
  return ExitCode::done;
}

}  // namespace

Subcommand measure_command() {
  return {
      "measure",
      "RUN",
      "Ask other metrics about a finished run: no model, no worker, no device",
      "touchstone measure runs/quickstart --metrics accuracy,latency --as again",
      1,
      1,
      {{"metrics", "NAMES", "metric plugins, a comma between two (repeatable)"},
       {"config", "FILE", "a YAML file whose list `metrics` names them with options"},
       {"judges", "NAMES", "only by the verdicts of these judges (default: all that the records hold)"},
       {"as", "NAME", "name of the set, RUN/measurements/NAME (default: the metrics' names)"}},
      measure_command_run,
      "The run itself is not touched, and no set is written over. What a metric needs and the records lack is said\n"
      "in the notes. A verdict that is not stored cannot be had without executing: outputs are not kept.\n"
      "Exit codes: 0 measured, 2 usage, no such run, name taken, or a judge without verdicts, 4 environment,\n"
      "130 interrupted (nothing was kept).\n"};
}

}  // namespace touchstone
