#include "app/eval.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <ostream>

#include "app/wire.hpp"
#include "exec/work_folder.hpp"
#include "pipeline/judge_attempt.hpp"
#include "report/verdict_view.hpp"
#include "util/file_system.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"

namespace touchstone {
namespace {

// One task, asked of nobody: the candidate is the file. The golden model only stands for "some model".
Value eval_config(const Arguments& arguments, const std::string& runtime_plugin) {
  Value suite, runtime, limits, out;
  suite.set("use", arguments.get("suite", "operators"));
  suite.set("where", Value().set("names", Value().add(arguments.get("task"))));
  if (arguments.has("operators")) suite.set("path", std::filesystem::absolute(arguments.get("operators")).string());
  runtime.set("use", runtime_plugin).set("device", arguments.get("device", "auto"));
  out.set("name", "eval").set("suites", Value().add(suite)).set("models", Value().add("golden"));
  out.set("runtime", runtime).set("limits", Value().set("parallel", 1));
  if (arguments.has("secret")) out.set("secret", arguments.get("secret"));
  return out;
}

Error no_such_task(const Arguments& arguments) {
  return {ErrorCode::config, fmt::format("there is no task '{}'", arguments.get("task")), "--task",
          "touchstone list tasks shows those there are; --operators DIR and --suite NAME say where to look"};
}

Result<Attempt> judge_file(App& app, const Wired& wired, std::string code, const std::string& wanted_secret) {
  auto scratch = WorkFolder::create(std::filesystem::temp_directory_path().string());
  if (!scratch) return scratch.error();
  auto workshop = Workshop::open(wired.wiring, scratch->path());
  if (!workshop) return workshop.error();
  auto secret = wanted_secret.empty() ? random_hex(32) : Result<std::string>(wanted_secret);
  if (!secret) return secret.error();
  const Allowance allowance = allowance_of(wired.wiring.config.limits);
  Lane lane(**workshop, wired.wiring.device, allowance, app.stop);
  Attempt attempt;
  attempt.candidate = {std::move(code), "the file", {}};
  const PlannedSample& sample = wired.plan.samples.front();
  judge_attempt({*sample.task, sample.suite, sample.key, *secret, "strict", false}, attempt, lane);
  if (app.stop.stop_requested()) return Error{ErrorCode::cancelled, "interrupted"};
  return attempt;
}

ExitCode eval(const Arguments& arguments, App& app) {
  if (!arguments.has("task"))
    return fail(app, Error{ErrorCode::config, "--task is missing", "touchstone eval", "for example --task softmax"});
  auto code = read_file(arguments.positional.front());
  if (!code) return fail(app, Error{ErrorCode::config, code.error().what, arguments.positional.front()});
  auto runtime = runtime_name(arguments, app);
  if (!runtime) return fail(app, runtime.error());
  WireResult result = wire_value(app, eval_config(arguments, *runtime));
  if (!result.wired) return fail(app, result.errors);
  if (result.wired->plan.samples.empty()) return fail(app, no_such_task(arguments));
  const auto attempt = judge_file(app, *result.wired, std::move(*code), arguments.get("secret"));
  if (!attempt) return fail(app, attempt.error());
  const Task& task = *result.wired->plan.samples.front().task;
  const Device& device = result.wired->wiring.device;
  if (arguments.has("json"))
    app.out << write_json_pretty(attempt_json(task, *attempt, device.id));
  else
    app.out << render_attempt(task, *attempt, device.id, app.colour);
  return ExitCode::done;
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
           {"secret", "TEXT", "judging secret: the same inputs again"}},
          eval};
}

}  // namespace touchstone
