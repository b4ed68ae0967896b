#include "app/run.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>
#include <set>

#include "app/run_report.hpp"
#include "app/run_session.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

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

Error no_stage(const std::string& flag, const std::string& stage, const char* hint) {
  return {ErrorCode::config, fmt::format("a run cannot be split at '{}'", stage), "--" + flag, hint};
}

// --until, --from and --shard.
Result<RunPart> read_part(const Arguments& arguments) {
  RunPart part;
  if (arguments.has("until")) {
    part.ask_only = arguments.get("until") == "generate";
    if (!part.ask_only)
      return no_stage("until", arguments.get("until"),
                      "--until generate stores completions; later stages stay together");
  }
  if (arguments.has("from")) {
    const std::string stage = arguments.get("from");
    part.stored_only = stage == "extract" || stage == "execute";
    if (!part.stored_only)
      return no_stage("from", stage, "--from extract or --from execute goes on from stored completions");
  }
  if (part.ask_only && part.stored_only)
    return Error{ErrorCode::config, "--until generate ends before --from begins", "touchstone run", "give one of them"};
  if (arguments.has("shard")) {
    auto shard = read_shard(arguments.get("shard"));
    if (!shard) return shard.error();
    part.shard = *shard;
  }
  return part;
}

// Parts of a run are judged by the same inputs only where they share a secret.
Result<None> agree_on_secret(const RunPart& part, const PipelineConfig& config) {
  if (part.shard.whole() || part.ask_only || !config.secret.empty()) return None{};
  std::error_code code;
  if (std::filesystem::exists(RunPaths{config.output}.secret(), code)) return None{};
  auto drawn = random_hex(32);
  if (!drawn) return drawn.error();
  return Error{ErrorCode::config, "a run in parts needs a secret, the same for every part", "--shard",
               "give it in the config or by --set; one drawn just now: --set secret=" + *drawn};
}

// Both plans must be those that the folder began with, as far as it has begun.
Result<None> settle(RunFolder& folder, const Plan& plan, const RunPart& part) {
  std::error_code code;
  const bool asked = std::filesystem::exists(folder.paths().asking(), code);
  if (part.ask_only || asked)
    if (auto settled = folder.settle_asking(plan.asking); !settled) return settled;
  return part.ask_only ? Result<None>(None{}) : folder.settle_plan(plan.identity);
}

ExitCode nothing_in_shard(App& app, const Shard& shard) {
  app.err << "nothing is selected: no sample falls in shard " << shard.text() << "; merge the others\n";
  return ExitCode::nothing;
}

ExitCode after_asking(App& app, const std::string& folder) {
  app.err << folder << ": completions are stored; --from execute goes on from them, here or elsewhere\n";
  return ExitCode::done;
}

ExitCode run_wired(const Arguments& arguments, App& app, const Wired& wired, const RunPart& part) {
  const auto thresholds = read_thresholds(arguments, wired.wiring.tags());
  if (!thresholds) return fail(app, thresholds.error());
  if (auto agreed = agree_on_secret(part, wired.wiring.config); !agreed) return fail(app, agreed.error());
  auto folder = RunFolder::open(wired.wiring.config.output);
  if (!folder) return fail(app, folder.error());
  if (auto settled = settle(**folder, wired.plan, part); !settled) return fail(app, settled.error());
  RunSession session(app, wired, **folder, part);
  if (session.empty()) return nothing_in_shard(app, part.shard);
  const auto done = session.go();
  if (!done && done.error().code != ErrorCode::cancelled) return fail(app, done.error());
  if (!done) {
    app.err << "interrupted; the same command goes on from here\n";
    return ExitCode::interrupted;
  }
  const std::string& path = (*folder)->paths().folder;
  for (const PlannedSample* sample : session.unanswered())
    app.err << fmt::format("no completion is stored for {} {} by {}, draw {}\n", sample->suite,
                           sample->task->question.id, sample->model->name, sample->draw);
  if (part.ask_only) return after_asking(app, path);
  auto report = read_report(path);
  if (!report) return fail(app, report.error());
  print_report(app, *report, arguments.has("json") ? std::vector<std::string>{"json"} : wired.wiring.config.report);
  return hold_to(*thresholds, *report, app);
}

ExitCode run(const Arguments& arguments, App& app) {
  std::vector<std::string> settings = arguments.all("set");
  if (arguments.has("output"))
    settings.push_back("output=" + std::filesystem::absolute(arguments.get("output")).string());
  const auto part = read_part(arguments);
  if (!part) return fail(app, part.error());
  const Reach reach = part->ask_only ? Reach::ask : part->stored_only ? Reach::judge : Reach::all;
  const WireResult result = wire_file(app, arguments.positional.front(), settings, reach);
  if (const ExitCode code = report_wiring(app, result); code != ExitCode::done) return code;
  return run_wired(arguments, app, *result.wired, *part);
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
          {{"output,o", "DIR", "folder of the run (default runs/NAME)"},
           set_flag,
           fail_on_flag,
           {"shard", "I/N", "only samples whose key falls in part I of N; merge joins the parts"},
           {"until", "STAGE", "generate: ask the models and store completions, without workers or a device"},
           {"from", "STAGE", "extract or execute: go on from stored completions, without asking any model"}},
          run,
          "A run on two machines: --until generate where the network is, pack and unpack, --from execute where the\n"
          "device is. A run on many: --shard 1/8 … 8/8 with one secret, then merge.\n"
          "Exit codes: 0 done, 1 failed by --fail-on, 2 usage or config, 4 environment, 5 nothing selected (also: no\n"
          "sample in this shard), 130 interrupted.\n"};
}

Subcommand check_command_entry() {
  return {
      "check",    "CONFIG", "Check a config without running anything", "touchstone check configs/quickstart.yaml", 1, 1,
      {set_flag}, check};
}

}  // namespace touchstone
