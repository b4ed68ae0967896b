#include "app/eval.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <ostream>

#include "app/nearby.hpp"
#include "app/wire.hpp"
#include "config/load.hpp"
#include "exec/work_folder.hpp"
#include "pipeline/judge_attempt.hpp"
#include "report/verdict_view.hpp"
#include "report/waiting.hpp"
#include "util/file_system.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// What an option says, with the option as its place.
Value given(const Arguments& arguments, const std::string& flag, const std::string& fallback = "") {
  Value out(arguments.get(flag, fallback));
  out.place.file = "--" + flag;
  return out;
}

// One task, asked of nobody: the candidate is the file. The golden model only stands for "some model".
Value eval_config(const Arguments& arguments, const std::string& runtime_plugin) {
  Value suite, runtime, limits, out;
  limits.set("parallel", 1);
  if (arguments.has("timeout")) limits.set("call_timeout", given(arguments, "timeout"));
  if (parse_duration(arguments.get("timeout"))) limits.set("load_timeout", given(arguments, "timeout"));  // told once
  suite.set("use", given(arguments, "suite", "operators"));
  suite.set("where", Value().set("names", Value().add(arguments.get("task"))));
  if (arguments.has("operators")) suite.set("path", std::filesystem::absolute(arguments.get("operators")).string());
  runtime.set("use", runtime_plugin).set("device", given(arguments, "device", "auto"));
  out.set("name", "eval").set("suites", Value().add(suite)).set("models", Value().add("golden"));
  out.set("runtime", runtime).set("limits", limits);
  if (arguments.has("secret")) out.set("secret", given(arguments, "secret"));
  return out;
}

Error no_such_task(const Arguments& arguments, const Errors& misses) {
  const bool near = !misses.empty() && misses.front().hint.starts_with("did you mean");
  const std::string lists =
      "touchstone list tasks shows those there are; --operators DIR and --suite NAME say where to look";
  return {ErrorCode::config, fmt::format("there is no task '{}'", arguments.get("task")), "--task",
          near ? misses.front().hint : lists};
}

// The whole file is the candidate; one of nothing but blanks holds none.
Candidate candidate_of(std::string code) {
  if (trim(code).empty()) return {"", "the file is empty: it defines nothing", {}};
  return {std::move(code), "the file", {}};
}

Result<std::string> secret_of(const PipelineConfig& config) {
  return config.secret.empty() ? random_hex(32) : Result<std::string>(config.secret);
}

Result<Attempt> judge_file(App& app, const Wired& wired, Candidate candidate, const std::string& secret) {
  const PlannedSample& sample = wired.plan.samples.front();
  const Waiting waiting(app.err, app.terminal,
                        fmt::format("Judging {} on {}", sample.task->question.id, wired.wiring.devices.front().id),
                        [&] { return app.clock.seconds(); });
  auto scratch = WorkFolder::create(std::filesystem::temp_directory_path().string());
  if (!scratch) return scratch.error();
  auto workshop = Workshop::open(wired.wiring, scratch->path(), 1);
  if (!workshop) return workshop.error();
  const Allowance allowance = allowance_of(wired.wiring.config.limits);
  Lane lane(**workshop, allowance, app.stop);
  Attempt attempt;
  attempt.candidate = std::move(candidate);
  judge_attempt({*sample.task, sample.suite, sample.key, secret, "strict", false}, attempt, lane);
  if (app.stop.stop_requested()) return Error{ErrorCode::cancelled, "interrupted"};
  return attempt;
}

WireResult wire_task(const Arguments& arguments, App& app) {
  auto runtime = runtime_name(arguments, app);
  if (!runtime) return {nullptr, {runtime.error()}};
  Value config = eval_config(arguments, *runtime);
  Errors errors;
  for (const std::string& setting : arguments.all("set"))
    if (auto applied = apply_setting(config, setting); !applied) append(errors, applied.error());
  return wire_value(app, config, std::move(errors));
}

ExitCode show(App& app, const Arguments& arguments, const Task& task, const Attempt& attempt, const Setting& setting) {
  if (arguments.has("json"))
    app.out << write_json_pretty(attempt_json(task, attempt, setting));
  else
    app.out << render_attempt(task, attempt, setting, app.colour);
  const bool passed = !attempt.verdicts.empty() && attempt.verdicts.back().outcome == "passed";
  return arguments.has("fail") && !passed ? ExitCode::failed : ExitCode::done;
}

ExitCode eval(const Arguments& arguments, App& app) {
  if (!arguments.has("task"))
    return fail(app, Error{ErrorCode::config, "--task is missing", "touchstone eval", "for example --task softmax"});
  const std::string& file = arguments.positional.front();
  auto code = read_file(file);
  if (!code) return fail(app, Error{ErrorCode::config, code.error().what, file, file_hint(file)});
  const WireResult result = wire_task(arguments, app);
  if (!result.wired) return fail(app, result.errors);
  const Plan& plan = result.wired->plan;
  if (plan.samples.empty()) return fail(app, no_such_task(arguments, plan.misses));
  const auto secret = secret_of(result.wired->wiring.config);
  if (!secret) return fail(app, secret.error());
  const auto attempt = judge_file(app, *result.wired, candidate_of(std::move(*code)), *secret);
  if (!attempt) return fail(app, attempt.error());
  return show(app, arguments, *plan.samples.front().task, *attempt,
              {attempt->execution.device["id"].text_or(result.wired->wiring.devices.front().id), *secret});
}

}  // namespace

Subcommand eval_command() {
  return {"eval",
          "FILE",
          "Judge one file against one task",
          "touchstone eval softmax.py --task softmax",
          1,
          1,
          {{"task", "ID", "the task to judge it by"},
           {"operators", "DIR", "a folder of operators (default: the shipped ones)"},
           {"suite", "NAME", "the suite plugin (default: operators)"},
           {"runtime", "NAME", "the runtime plugin, where there are several"},
           {"device", "ID", "auto, or a device or family that `list devices` shows (default: auto)"},
           {"timeout", "DURATION", "longest import and longest call of the file: 5s (default: 30s)"},
           {"secret", "TEXT", "draw the inputs from this, as an earlier verdict did (default: a new one)"},
           {"set", "KEY=VALUE", "change a key of the config behind it (repeatable): limits.memory=8GiB"},
           {"fail", "", "exit 1 where the outcome is not passed"}},
          eval,
          "Exit codes: 0 judged, whatever the outcome (with --fail, 1 unless it passed), 2 usage or no such task,\n"
          "4 environment, 130 interrupted.\n"};
}

}  // namespace touchstone
