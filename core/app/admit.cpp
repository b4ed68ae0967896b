#include "app/admit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "app/gate_runs.hpp"
#include "app/manifest.hpp"
#include "app/version.hpp"
#include "config/load.hpp"
#include "report/grid.hpp"
#include "util/file_system.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

constexpr int usual_secrets = 3, usual_mutants = 12;

// What the gate came to, over all tasks.
struct Outcome {
  std::vector<Admission> admissions;
  std::string folder, family;
  Value devices;
  bool saved{false};

  std::size_t admitted() const {
    return static_cast<std::size_t>(std::ranges::count_if(admissions, [](const auto& it) { return it.admitted(); }));
  }
  MutantCount mutants() const {
    MutantCount all;
    for (const Admission& it : admissions) {
      all.caught += it.mutants.caught, all.elsewhere += it.mutants.elsewhere, all.excused += it.mutants.excused;
      all.survived += it.mutants.survived, all.stillborn += it.mutants.stillborn;
    }
    return all;
  }
};

std::string state_mark(const std::string& state) { return state == "ok" ? "✓" : state == "excused" ? "·" : "✗"; }

// One row a task, one column a check.
Grid tasks_grid(const std::vector<Admission>& admissions) {
  std::vector<std::string> headings{"", "task"};
  for (const char* check : gate_checks) headings.emplace_back(check);
  headings.insert(headings.end(), {">mutants made", ">caught", ">excused"});
  Grid grid(headings);
  for (const Admission& it : admissions) {
    std::vector<std::string> row{it.admitted() ? "✓" : "✗", it.task};
    for (const GateFinding& finding : it.findings) row.push_back(state_mark(finding.state));
    for (const std::size_t number : {it.mutants.made(), it.mutants.caught + it.mutants.elsewhere, it.mutants.excused})
      row.push_back(std::to_string(number));
    grid.add(std::move(row));
  }
  return grid;
}

Grid findings_grid(const std::vector<Admission>& admissions, const std::string& state) {
  Grid grid({"task", "check", "what was found"});
  for (const Admission& it : admissions)
    for (const GateFinding& finding : it.findings)
      if (finding.state == state) grid.add({it.task, finding.check, printable(finding.detail)});
  return grid;
}

std::string outcome_text(const Outcome& outcome) {
  const MutantCount mutants = outcome.mutants();
  std::string out = devices_text(outcome.devices) + "\n\n" + tasks_grid(outcome.admissions).terminal();
  if (const Grid excused = findings_grid(outcome.admissions, "excused"); !excused.empty())
    out += "\nExcused\n" + excused.terminal();
  if (const Grid failed = findings_grid(outcome.admissions, "fail"); !failed.empty())
    out += "\nNot admitted, and outside strict scores\n" + failed.terminal();
  out += fmt::format(
      "\n{} of {} admitted · {} made: {} caught ({} of them on another family), {} excused, {} survived; {} more "
      "never run\n",
      outcome.admitted(), counted(outcome.admissions.size(), "task"), counted(mutants.made(), "mutant"),
      mutants.caught + mutants.elsewhere, mutants.elsewhere, mutants.excused, mutants.survived, mutants.stillborn);
  if (!outcome.saved) out += "next: --save DIR/admission.json keeps it for the suite in DIR to read\n";
  return out + "Folder: " + outcome.folder + "\n";
}

Value outcome_value(const Outcome& outcome) {
  Value out, tasks{Value::List{}};
  for (const Admission& it : outcome.admissions) tasks.add(admission_value(it));
  out.set("touchstone", version).set("family", outcome.family).set("devices", outcome.devices);
  out.set("admitted", outcome.admitted()).set("tasks", tasks);
  return out.set("folder", outcome.folder);
}

bool is_kept(const Value& tasks) {
  return tasks.is_map() && std::ranges::all_of(tasks.map(), [](const auto& task) { return task.second.is_map(); });
}

// The suite's file with these tasks' rows for this family; other rows stay.
Result<None> save(const Outcome& outcome, const std::string& path) {
  Value file(Value::Map{});
  std::error_code code;
  if (std::filesystem::exists(path, code)) {
    auto read = read_json_file(path);
    if (!read) return read.error();
    if (!is_kept((*read)["tasks"]))
      return Error{ErrorCode::config, "this file is not what the gate keeps", path, "name another, or remove it"};
    file = std::move(*read);
  }
  Value tasks = file["tasks"].is_map() ? file["tasks"] : Value(Value::Map{});
  for (const Admission& it : outcome.admissions) {
    Value rows = tasks[it.task].is_map() ? tasks[it.task] : Value(Value::Map{});
    tasks.set(it.task, rows.set(outcome.family, kept_value(it)));
  }
  Value::Map sorted = tasks.map();
  std::ranges::sort(sorted, {}, [](const auto& entry) { return entry.first; });
  return write_file_atomically(path, write_json_pretty(file.set("tasks", sorted)));
}

Result<int> number(const Arguments& arguments, const std::string& flag, int fallback, int least, int most) {
  if (!arguments.has(flag)) return fallback;
  const auto read = parse_integer(arguments.get(flag));
  if (!read || *read < least || *read > most)
    return Error{ErrorCode::config, fmt::format("expected a whole number from {} to {}", least, most), "--" + flag};
  return static_cast<int>(*read);
}

Result<GateAsk> read_ask(const Arguments& arguments, App& app) {
  const auto runtime = runtime_name(arguments, app);
  if (!runtime) return runtime.error();
  const auto secrets = number(arguments, "secrets", usual_secrets, 1, 1000);
  const auto mutants = number(arguments, "mutants", usual_mutants, static_cast<int>(least_mutants), 200);
  if (!secrets) return secrets.error();
  if (!mutants) return mutants.error();
  if (arguments.has("save") && (*secrets < usual_secrets || *mutants < usual_mutants))
    return Error{
        ErrorCode::config, "what is saved must be found by no less than the usual gate", "--save",
        fmt::format("leave --secrets ({}) and --mutants ({}) out, or raise them", usual_secrets, usual_mutants)};
  GateAsk ask;
  const std::string& suite = arguments.positional.front();
  ask.suite.set("use", suite);
  if (arguments.has("task")) {
    Value names{Value::List{}};
    for (const std::string& name : arguments.all("task")) names.add(name);
    ask.suite.set("where", Value().set("names", names));
  }
  if (arguments.has("operators")) ask.suite.set("path", std::filesystem::absolute(arguments.get("operators")).string());
  ask.base.set("runtime", Value().set("use", *runtime).set("device", arguments.get("device", "auto")));
  for (const std::string& setting : arguments.all("set"))
    if (!setting.starts_with("runtime.") && !setting.starts_with("limits."))
      return Error{ErrorCode::config, "the gate takes settings of runtime and limits alone", "--set " + setting,
                   "what else a run is, the gate says itself"};
    else if (auto applied = apply_setting(ask.base, setting); !applied)
      return applied.error();
  ask.output = std::filesystem::absolute(arguments.get("output", "runs/gate-" + suite)).lexically_normal().string();
  ask.secret = arguments.get("secret");
  ask.secrets = *secrets;
  ask.mutants = *mutants;
  return ask;
}

ExitCode admit(const Arguments& arguments, App& app) {
  const auto ask = read_ask(arguments, app);
  if (!ask) return fail(app, ask.error());
  auto runs = run_gate(app, *ask);
  if (!runs && runs.error().code == ErrorCode::cancelled) {
    app.err << "interrupted; the same command goes on from here\n";
    return ExitCode::interrupted;
  }
  if (!runs) return fail(app, runs.error());
  Outcome outcome{{}, ask->output, runs->family, runs->devices, arguments.has("save")};
  for (std::size_t i = 0; i < runs->tasks.size(); ++i)
    outcome.admissions.push_back(hold_to_gate(runs->tasks[i], runs->evidence[i]));
  if (auto kept = write_file_atomically(ask->output + "/admission.json", write_json_pretty(outcome_value(outcome)));
      !kept)
    return fail(app, kept.error());
  app.out << (arguments.has("json") ? write_json_pretty(outcome_value(outcome)) : outcome_text(outcome));
  if (arguments.has("save"))
    if (auto saved = save(outcome, arguments.get("save")); !saved) return fail(app, saved.error());
  return outcome.admitted() == outcome.admissions.size() ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Subcommand admit_command() {
  return {
      "admit",
      "SUITE",
      "Put a suite's tasks through the gate before scores count them",
      "touchstone admit operators --operators mine --task silu",
      1,
      1,
      {{"task", "ID", "this task alone (repeatable)"},
       {"operators", "DIR", "a folder of operators (default: the shipped ones)"},
       {"runtime", "NAME", "the runtime plugin, where there are several"},
       {"device", "ID", "auto, or a device or family that `list devices` shows (default: auto)"},
       {"secrets", "N", "under how many secrets the golden is judged (default: 3)"},
       {"mutants", "N", "most mutants of a golden (default: 12)"},
       {"secret", "TEXT", "draw the inputs from this (default: new ones)"},
       {"set", "KEY=VALUE", "change a key of runtime or limits (repeatable): limits.parallel=1"},
       {"output,o", "DIR", "where its runs are kept, and gone on with (default: runs/gate-SUITE)"},
       {"save", "FILE", "keep what was found for the suite to read: DIR/admission.json of its operators"}},
      admit,
      "A task is admitted where its golden passes under every secret by kernels of its own, no null answer is\n"
      "right, its reference repeats, every part of its inputs moves an output by more than 10 bounds, every mutant\n"
      "of its golden is caught or excused with a reason, its instruction names entries and parameters, and no\n"
      "other golden is the same. What fails is outside strict scores once it is saved.\n"
      "Exit codes: 0 all admitted, 1 some not, 2 usage, 4 environment, 130 interrupted.\n"};
}

}  // namespace touchstone
