#include "app/inspect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <ostream>

#include "app/topics.hpp"
#include "app/wire.hpp"
#include "exec/containment.hpp"
#include "exec/parent.hpp"
#include "host/describe.hpp"
#include "host/discovery.hpp"
#include "pipeline/admission.hpp"
#include "report/grid.hpp"
#include "util/json.hpp"
#include "util/nearest.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// ---- list

ExitCode list_plugins_of(const std::string& kind, bool json, App& app) {
  Grid grid({"kind", "name", "version", "summary"});
  Value all{Value::List{}};
  bool broken = false;
  for (const Listed& plugin : app.registry.list(kind)) {
    if (plugin.error) {
      if (plugin.foreign) app.err << "note: passed over: ";
      print_error(app.err, *plugin.error);
      broken |= !plugin.foreign;
      continue;
    }
    grid.add({plugin.kind, plugin.name, plugin.about["version"].text(), plugin.about["summary"].text()});
    all.add(plugin.about);
  }
  app.out << (json ? write_json_pretty(all) : grid.terminal(0));
  return broken ? ExitCode::environment : ExitCode::done;
}

Result<std::unique_ptr<OperatorSuite>> open_suite(const Arguments& arguments, App& app) {
  Value block;
  if (arguments.has("operators")) block.set("path", std::filesystem::absolute(arguments.get("operators")).string());
  return create_alone<OperatorSuite>(app, arguments.get("suite", "operators"), block);
}

ExitCode list_tasks(const Arguments& arguments, App& app) {
  auto suite = open_suite(arguments, app);
  if (!suite) return fail(app, suite.error());
  Grid grid({"task", "family", ">difficulty", "gate", "tags"});
  Value all{Value::List{}};
  const auto done = guarded("suite", [&] {
    return (*suite)->tasks([&](const Task& task) {
      const Value& facts = task.question.facts;
      std::string tags;
      for (const Value& tag : facts["tags"].list()) tags += (tags.empty() ? "" : " ") + tag.text();
      grid.add({task.question.id, facts["family"].text(), std::to_string(facts["difficulty"].integer()),
                gate_text(task), tags});
      all.add(Value().set("id", task.question.id).set("gate", gate_text(task)).set("facts", facts));
      return true;
    });
  });
  if (!done) return fail(app, done.error());
  app.out << (arguments.has("json") ? write_json_pretty(all) : grid.terminal(0));
  return ExitCode::done;
}

ExitCode list_devices(const Arguments& arguments, App& app) {
  auto name = runtime_name(arguments, app);
  if (!name) return fail(app, name.error());
  auto runtime = create_alone<Runtime>(app, *name, {});
  if (!runtime) return fail(app, runtime.error());
  const auto devices = guarded(
      *name, [&] { return (*runtime)->devices(); }, "devices");
  if (!devices) return fail(app, devices.error());
  Grid grid({"device", "family", "name", "trouble"});
  Value all{Value::List{}};
  for (const Device& device : *devices) {
    grid.add({device.id, device.family, device.name, device.trouble});
    all.add(Value()
                .set("id", device.id)
                .set("family", device.family)
                .set("name", device.name)
                .set("memory", device.memory)
                .set("trouble", device.trouble)
                .set("facts", device.facts));
  }
  app.out << (arguments.has("json") ? write_json_pretty(all) : grid.terminal(0));
  return ExitCode::done;
}

ExitCode run_list(const Arguments& arguments, App& app) {
  const std::string what = arguments.positional.empty() ? "" : arguments.positional.front();
  if (what == "tasks") return list_tasks(arguments, app);
  if (what == "devices") return list_devices(arguments, app);
  std::string kind = what.ends_with('s') ? what.substr(0, what.size() - 1) : what;
  if (kind.empty() || std::find(std::begin(plugin_kinds), std::end(plugin_kinds), kind) != std::end(plugin_kinds))
    return list_plugins_of(kind, arguments.has("json"), app);
  return fail(app, Error{ErrorCode::config, fmt::format("nothing is called '{}'", what), "touchstone list",
                         "one of models, suites, metrics, profilers, runtimes, tasks, devices"});
}

// ---- describe

Value task_value(const Task& task) {
  Value instructions;
  for (const auto& [style, text] : task.question.instructions) instructions.set(style, text);
  Value out;
  out.set("id", task.question.id).set("facts", task.question.facts).set("instructions", instructions);
  return out.set("policy", task.oracle.policy).set("gate", gate_text(task));
}

// What a task asks of a candidate: signature and the longest instruction.
std::string task_text(const Task& task) {
  const Value& facts = task.question.facts;
  std::string asked;
  for (const auto& [style, text] : task.question.instructions)
    if (text.size() > asked.size()) asked = text;
  std::string out = fmt::format("task {}: {}\n\n{}\n", task.question.id,
                                facts["signature"].text_or(join(task.question.entries, ", ")), trim(asked));
  const std::size_t cases = task.oracle.cases["check"].list().size();
  if (cases)
    out += fmt::format("\n{}; touchstone eval FILE --task {} judges by them\n", counted(cases, "check case"),
                       task.question.id);
  return out;
}

// A task by its name; false where there is none.
bool describe_task(const std::string& name, const Arguments& arguments, App& app) {
  bool found = false;
  auto suite = open_suite(arguments, app);
  if (!suite) return false;
  (void)guarded("suite", [&] {
    return (*suite)->tasks([&](const Task& task) {
      if (task.question.id != name) return true;
      found = true;
      app.out << (arguments.has("json") ? write_json_pretty(task_value(task)) : task_text(task));
      return false;
    });
  });
  return found;
}

ExitCode run_describe(const Arguments& arguments, App& app) {
  const std::string& name = arguments.positional.front();
  const auto topic = topic_of(name);
  if (topic) app.out << (arguments.has("json") ? write_json_pretty(topic_value(*topic)) : topic_text(*topic));
  if (topic && name == "config") return ExitCode::done;
  std::vector<std::string> names = topic_names();
  bool found = topic.has_value();
  for (const Listed& plugin : app.registry.list()) {
    names.push_back(plugin.name);
    if (plugin.name != name && plugin.kind + "/" + plugin.name != name) continue;
    if (plugin.error) return fail(app, *plugin.error);
    app.out << (arguments.has("json") ? write_json_pretty(plugin.about) : describe_text(plugin.about));
    found = true;
  }
  if (found || describe_task(name, arguments, app)) return ExitCode::done;
  const auto near = nearest(name, names);
  return fail(
      app, Error{ErrorCode::config, fmt::format("no plugin, key or task is called '{}'", name), "touchstone describe",
                 near ? fmt::format("did you mean {}?", *near) : "touchstone list shows all"});
}

// ---- doctor

struct Findings {
  Grid grid{{"", "what", "detail", "remedy"}};
  Value all{Value::List{}};
  bool failed{false};

  void add(const Check& check) {
    grid.add({check.state == "ok" ? "✓" : check.state == "note" ? "·" : "✗", check.name, check.detail, check.remedy});
    all.add(Value()
                .set("name", check.name)
                .set("state", check.state)
                .set("detail", check.detail)
                .set("remedy", check.remedy));
    failed |= check.state == "fail";
  }
};

// Starts a parent of every role for real, as a run would.
void try_parents(const Runtime& runtime, const Device& device, Launcher& launcher, Findings& findings) {
  for (const Role role : {Role::candidate, Role::checker, Role::compiler}) {
    auto start = runtime.start(role, device);
    if (!start) continue;
    const std::string name = fmt::format("{} workers on {}", role_name(role), device.id);
    auto facts = Parent(launcher, *start, role, Containment{}).facts();
    if (facts)
      findings.add({name, "ok", write_json(*facts), ""});
    else
      findings.add({name, "fail", facts.error().what, facts.error().hint});
  }
}

ExitCode run_doctor(const Arguments& arguments, App& app) {
  Findings findings;
  auto name = runtime_name(arguments, app);
  if (!name) return fail(app, name.error());
  auto runtime = create_alone<Runtime>(app, *name, {});
  if (!runtime) return fail(app, runtime.error());
  for (const Check& check : (*runtime)->doctor()) findings.add(check);
  Launcher launcher;
  Containment containment;
  for (const Feature& feature : containment.probe(launcher))
    findings.add({"containment: " + feature.name, feature.holds ? "ok" : "note", feature.detail, ""});
  const auto devices = (*runtime)->devices();
  if (!devices) return fail(app, devices.error());
  for (const Device& device : *devices) {
    if (device.trouble.empty())
      try_parents(**runtime, device, launcher, findings);
    else
      findings.add({device.id, "note", device.trouble, ""});
  }
  app.out << (arguments.has("json") ? write_json_pretty(findings.all) : findings.grid.terminal(0));
  return findings.failed ? ExitCode::environment : ExitCode::done;
}

const Flag runtime_flag{"runtime", "NAME", "the runtime plugin, where there are several"};

}  // namespace

Subcommand list_command() {
  return {"list",
          "[KIND]",
          "List plugins, or the tasks or devices there are",
          "touchstone list tasks",
          0,
          1,
          {{"suite", "NAME", "the suite of `list tasks` (default: operators)"},
           {"operators", "DIR", "a folder of operators for `list tasks`"},
           runtime_flag},
          run_list};
}

Subcommand describe_command() {
  return {"describe",
          "NAME",
          "Show a plugin's options, a config's keys, or what a task asks",
          "touchstone describe softmax",
          1,
          1,
          {{"suite", "NAME", "the suite of a task (default: operators)"},
           {"operators", "DIR", "a folder of operators for a task"}},
          run_describe};
}

Subcommand doctor_command() {
  return {"doctor",       "",        "Say what this machine can do, and mend what it cannot", "touchstone doctor", 0, 0,
          {runtime_flag}, run_doctor};
}

}  // namespace touchstone
