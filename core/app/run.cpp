#include "app/run.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>
#include <set>

#include "app/manifest.hpp"
#include "app/run_report.hpp"
#include "app/run_status.hpp"
#include "app/wire.hpp"
#include "config/yaml_writer.hpp"
#include "exec/work_folder.hpp"
#include "pipeline/pipeline.hpp"
#include "report/progress.hpp"
#include "store/records.hpp"
#include "store/run_folder.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// A record that need not be done again. What failed by our own fault is tried anew by the next command.
bool is_final(const Value& record) {
  const auto& attempts = record["attempts"].list();
  if (attempts.empty()) return false;
  for (const Value& verdict : attempts.back()["verdicts"].list())
    if (verdict["outcome"].text() == "infrastructure") return false;
  return true;
}

Result<std::set<std::string>> finished_keys(const RunPaths& paths) {
  std::set<std::string> keys;
  const auto reading = read_records(paths.records(), [&](const Value& record) {
    if (is_final(record)) keys.insert(record["key"].text());
    return true;
  });
  if (!reading) return reading.error();
  return keys;
}

std::string first_outcome(const Value& record) {
  const auto& attempts = record["attempts"].list();
  if (attempts.empty() || attempts.back()["verdicts"].list().empty()) return "not_judged";
  return attempts.back()["verdicts"].list().front()["outcome"].text();
}

// One run under way in its folder.
class RunSession {
 public:
  RunSession(App& app, Wired& wired, RunFolder& folder)
      : app_(app), wired_(wired), folder_(folder), status_(app, folder) {}

  Result<None> go() {
    sweep();
    auto keys = finished_keys(folder_.paths());
    if (!keys) return keys.error();
    std::vector<const PlannedSample*> todo;
    for (const PlannedSample& sample : wired_.plan.samples)
      if (!keys->count(sample.key)) todo.push_back(&sample);
    announce(todo.size());
    auto secret = folder_.secret(wired_.wiring.config.secret);
    if (!secret) return secret.error();
    if (todo.empty()) return finish(*secret);
    if (auto kept = folder_.write_config(write_yaml(compose(wired_.wiring.config))); !kept) return kept;
    auto done = judge_all(todo, *secret);
    sweep();
    if (!done) {
      status_.write(done.error().code == ErrorCode::cancelled ? "interrupted" : "failed");
      return done;
    }
    return finish(*secret);
  }

 private:
  std::string scratch() const { return folder_.paths().folder + "/scratch"; }

  // A run that was killed leaves the work folders of its workers; the folder is ours alone, so nobody uses them.
  void sweep() const {
    if (!remove_tree(scratch())) app_.log.write(Level::warning, "something stayed in " + scratch());
  }

  void announce(std::size_t todo) const {
    const std::size_t all = wired_.plan.samples.size();
    if (todo < all)
      app_.err << fmt::format("{}: {} of {} samples are done{}\n", folder_.paths().folder, all - todo, all,
                              todo ? fmt::format(", {} to do", todo) : "");
  }

  Result<None> judge_all(const std::vector<const PlannedSample*>& todo, const std::string& secret) {
    app_.err << fmt::format("Starting workers on {} …\n", devices_text(devices_value(wired_.wiring))) << std::flush;
    auto workshop = Workshop::open(wired_.wiring, scratch(), lanes_of(wired_.wiring, todo.size()));
    if (!workshop) return workshop.error();
    for (const Feature& feature : (*workshop)->containment())
      if (!feature.holds) app_.log.write(Level::warning, feature.name + ": " + feature.detail);
    Value manifest = make_manifest(app_, wired_.wiring, wired_.plan, **workshop);
    manifest.set("run", wired_.wiring.config.name);
    if (const auto before = read_json_file(folder_.paths().manifest()))
      manifest.set("devices", devices_value(wired_.wiring, (*before)["devices"]));
    if (auto kept = folder_.write_manifest(manifest); !kept) return kept;
    status_.write("running");
    auto records = Records::open(folder_.paths().records());
    if (!records) return records.error();
    const long all = static_cast<long>(wired_.plan.samples.size());
    Progress progress(app_.err, app_.terminal, all, all - static_cast<long>(todo.size()),
                      [&] { return app_.clock.seconds(); });
    const auto publish = [&](const Published& published) -> Result<None> {
      if (auto kept = keep(**records, published); !kept) return kept;
      progress.on((*workshop)->usable());
      progress.add(first_outcome(published.record));
      progress.say(status_.note((*workshop)->left_out()));
      return None{};
    };
    progress.on((*workshop)->usable());
    progress.say(status_.note((*workshop)->left_out()));
    const auto done = run_pipeline({wired_.wiring, todo, **workshop, secret, app_.stop}, publish);
    progress.finish();
    app_.err << status_.note((*workshop)->left_out());
    return done;
  }

  // Artifacts first: a record never speaks of what is not there.
  Result<None> keep(Records& records, const Published& published) {
    const std::string& key = published.record["key"].text();
    for (const auto& [name, text] : {std::pair<const char*, const std::string*>{"completion.md", &published.completion},
                                     {"candidate.py", &published.code},
                                     {"log.txt", &published.log}}) {
      if (text->empty()) continue;
      if (auto kept = folder_.write_artifact(key, name, *text); !kept) return kept;
    }
    return records.append(published.record);
  }

  // The stored config gets the secret when nobody is left to be judged: it and the data alone reproduce the run.
  Result<None> finish(const std::string& secret) {
    Value config = compose(wired_.wiring.config);
    if (auto kept = folder_.write_config(write_yaml(config.set("secret", secret))); !kept) return kept;
    status_.write("finished");
    return None{};
  }

  App& app_;
  Wired& wired_;
  RunFolder& folder_;
  RunStatus status_;
};

ExitCode report_wiring(App& app, const WireResult& result) {
  if (!result.wired) return fail(app, result.errors);
  const Plan& plan = result.wired->plan;
  for (const std::string& note : plan.notes) app.log.write(Level::info, note);
  if (plan.samples.empty()) app.err << "nothing is selected: no task passes `where`, or a suite is empty\n";
  for (const Error& miss : plan.misses) {
    if (!plan.samples.empty()) app.err << "warning: ";
    print_error(app.err, miss);
  }
  return plan.samples.empty() ? ExitCode::nothing : ExitCode::done;
}

ExitCode run(const Arguments& arguments, App& app) {
  std::vector<std::string> settings = arguments.all("set");
  if (arguments.has("output"))
    settings.push_back("output=" + std::filesystem::absolute(arguments.get("output")).string());
  WireResult result = wire_file(app, arguments.positional.front(), settings);
  if (const ExitCode code = report_wiring(app, result); code != ExitCode::done) return code;
  const auto thresholds = read_thresholds(arguments, result.wired->wiring.tags());
  if (!thresholds) return fail(app, thresholds.error());
  auto folder = RunFolder::open(result.wired->wiring.config.output);
  if (!folder) return fail(app, folder.error());
  if (auto settled = (*folder)->settle_plan(result.wired->plan.identity); !settled) return fail(app, settled.error());
  const auto done = RunSession(app, *result.wired, **folder).go();
  if (!done && done.error().code != ErrorCode::cancelled) return fail(app, done.error());
  if (!done) {
    app.err << "interrupted; the same command goes on from here\n";
    return ExitCode::interrupted;
  }
  auto report = read_report((*folder)->paths().folder);
  if (!report) return fail(app, report.error());
  print_report(app, *report,
               arguments.has("json") ? std::vector<std::string>{"json"} : result.wired->wiring.config.report);
  return hold_to(*thresholds, *report, app);
}

ExitCode check(const Arguments& arguments, App& app) {
  const WireResult result = wire_file(app, arguments.positional.front(), arguments.all("set"));
  if (const ExitCode code = report_wiring(app, result); code != ExitCode::done) return code;
  const Wiring& wiring = result.wired->wiring;
  std::set<const Task*> tasks;
  for (const PlannedSample& sample : result.wired->plan.samples) tasks.insert(sample.task.get());
  Value devices{Value::List{}};
  std::string ids;
  for (const Device& device : wiring.devices) {
    devices.add(device.id);
    ids += (ids.empty() ? "" : ", ") + device.id;
  }
  if (arguments.has("json")) {
    Value out;
    out.set("samples", result.wired->plan.samples.size()).set("tasks", tasks.size()).set("devices", devices);
    app.out << write_json_pretty(out.set("config", compose(wiring.config)));
  } else {
    app.out << fmt::format("{}: {} of {} by {} on {}\n", wiring.config.name,
                           counted(result.wired->plan.samples.size(), "sample"), counted(tasks.size(), "task"),
                           counted(wiring.models.size(), "model"), ids);
  }
  return ExitCode::done;
}

const Flag set_flag{"set", "KEY=VALUE", "change a key of the config (repeatable): limits.parallel=1"};

}  // namespace

Subcommand run_command_entry() {
  return {"run",
          "CONFIG",
          "Run a config, or go on with it, and show the report",
          "touchstone run configs/quickstart.yaml --set runtime.device=cpu",
          1,
          1,
          {{"output,o", "DIR", "folder of the run (default runs/NAME)"}, set_flag, fail_on_flag},
          run};
}

Subcommand check_command_entry() {
  return {
      "check",    "CONFIG", "Check a config without running anything", "touchstone check configs/quickstart.yaml", 1, 1,
      {set_flag}, check};
}

}  // namespace touchstone
