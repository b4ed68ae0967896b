#include "app/gate_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "app/manifest.hpp"
#include "app/run_session.hpp"
#include "host/guard.hpp"
#include "pipeline/examine.hpp"
#include "pipeline/twins.hpp"
#include "report/progress.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

std::string folder_of(const GateAsk& ask, int number) { return fmt::format("{}/secret-{}", ask.output, number); }

// What the program is asked for behind the gate: one prompt, so that a golden is one sample under one secret.
Value config_of(const GateAsk& ask, int number) {
  Value config = ask.base, models{Value::List{}};
  models.add("golden");
  if (number == 1) models.add("null").add(Value().set("use", "mutant").set("most", ask.mutants));
  config.set("name", fmt::format("gate-{}", number)).set("suites", Value().add(ask.suite)).set("models", models);
  config.set("draws", 0);  // all that a model has
  config.set("judges", Value().add("strict")).set("metrics", Value(Value::List{}));
  config.set("profilers", Value(Value::List{})).set("report", Value(Value::List{}));
  if (!ask.secret.empty()) config.set("secret", hmac_sha256_hex(ask.secret, fmt::format("gate {}", number)));
  return config.set("output", folder_of(ask, number));
}

Result<std::unique_ptr<Wired>> wire(App& app, const Value& config) {
  WireResult result = wire_value(app, config);
  if (!result.wired) return joined(std::move(result.errors));
  Plan& plan = result.wired->plan;
  if (plan.samples.empty() || !plan.misses.empty())
    return plan.misses.empty()
               ? Error{ErrorCode::config, "the suite has no task", config["suites"].list()[0]["use"].text()}
               : joined(std::move(plan.misses));
  return std::move(result.wired);
}

Result<std::string> go(App& app, const Wired& wired) {
  auto folder = RunFolder::open(wired.wiring.config.output);
  if (!folder) return folder.error();
  // A task that was edited is judged again, the others are not: their keys are those of their content.
  if (auto replaced = (*folder)->replace_plan(wired.plan.identity); !replaced) return replaced.error();
  if (auto done = RunSession(app, wired, **folder).go(); !done) return done.error();
  return (*folder)->secret();
}

// What is examined: a task as it is now, on a family of devices.
std::string examined_key(const SelectedTask& task, const Wiring& wiring) { return task.hash + "/" + wiring.family(); }

// The examinations that are there already, by key.
Result<std::map<std::string, Value>> examined_before(const std::string& file) {
  std::map<std::string, Value> out;
  const auto read = read_records(file, [&](const Value& record) {
    out[record["key"].text()] = record["examined"];
    return true;
  });
  if (!read) return read.error();
  return out;
}

Result<None> examine_rest(App& app, const Wired& wired, const std::vector<SelectedTask>& tasks,
                          const std::string& secret, const std::string& file, std::map<std::string, Value>& known) {
  std::vector<SelectedTask> rest;
  for (const SelectedTask& task : tasks)
    if (!known.contains(examined_key(task, wired.wiring))) rest.push_back(task);
  if (rest.empty()) return None{};
  const std::string scratch = wired.wiring.config.output + "/scratch";
  auto workshop = Workshop::open(wired.wiring, scratch, lanes_of(wired.wiring, rest.size()));
  if (!workshop) return workshop.error();
  auto records = Records::open(file);
  if (!records) return records.error();
  app.err << fmt::format("Examining {}\n", counted(rest.size(), "task"));
  const long all = static_cast<long>(tasks.size());
  Progress progress(app.err, app.terminal, all, all - static_cast<long>(rest.size()),
                    [&] { return app.clock.seconds(); });
  const auto keep = [&](const SelectedTask& task, const Value& reply) {
    const std::string key = examined_key(task, wired.wiring);
    known[key] = reply;
    progress.add(reply.find("reason") ? "not examined" : "examined");
    if (reply.find("reason")) return Result<None>(None{});  // asked again by the next command
    return (*records)->append(Value().set("key", key).set("task", task.task->question.id).set("examined", reply));
  };
  const auto done = examine_tasks(**workshop, rest, secret, app.stop, keep);
  progress.finish();
  return done;
}

// The records that a run's plan asks for, each to its task and kind; those of an earlier plan stay aside.
Result<None> add_records(const Wired& wired, std::map<std::string, GateEvidence>& by_task) {
  std::set<std::string> keys;
  for (const PlannedSample& sample : wired.plan.samples) keys.insert(sample.key);
  const auto read = read_records(RunPaths{wired.wiring.config.output}.records(), [&](Value record) {
    const auto found = by_task.find(record["task_sha256"].text());
    if (found == by_task.end() || !keys.contains(record["key"].text())) return true;
    GateEvidence& of = found->second;
    const std::string& model = record["model"].text();
    (model == "golden" ? of.goldens : model == "null" ? of.nulls : of.mutants).push_back(std::move(record));
    return true;
  });
  if (!read) return read.error();
  return None{};
}

// Other families of devices that the runtime could use here.
std::vector<std::string> other_families(const Wiring& wiring) {
  std::vector<std::string> out;
  const auto devices = guarded(
      "the runtime", [&] { return wiring.runtime->devices(); }, "devices");
  if (!devices) return out;
  for (const Device& device : *devices)
    if (device.trouble.empty() && device.family != wiring.family() &&
        std::ranges::find(out, device.family) == out.end())
      out.push_back(device.family);
  return out;
}

// Judges the mutants that survived on the runtime's other families, by the same inputs.
Result<None> look_elsewhere(App& app, GateAsk ask, const Wiring& wiring, const std::string& secret, GateRuns& runs) {
  std::set<std::pair<std::string, int>> wanted;
  for (std::size_t i = 0; i < runs.tasks.size(); ++i)
    for (const int draw : survivors(*runs.tasks[i].task, runs.evidence[i])) wanted.emplace(runs.tasks[i].hash, draw);
  if (wanted.empty()) return None{};
  for (const std::string& family : other_families(wiring)) {
    app.err << fmt::format("{} survived on {}; on {}:\n", counted(wanted.size(), "mutant"), wiring.family(), family);
    Value runtime = ask.base["runtime"];
    ask.base.set("runtime", runtime.set("device", family));
    auto wired = wire(app, config_of(ask, 1).set("secret", secret).set("output", folder_of(ask, 1) + "-" + family));
    if (!wired) return wired.error();
    std::erase_if((*wired)->plan.samples, [&](const PlannedSample& sample) {
      return sample.model->name != "mutant" || !wanted.contains({sample.task_hash, sample.draw});
    });
    auto done = go(app, **wired);
    if (!done) return done.error();
    std::map<std::string, GateEvidence> by_task;
    for (const SelectedTask& task : runs.tasks) by_task[task.hash];
    if (auto added = add_records(**wired, by_task); !added) return added;
    for (std::size_t i = 0; i < runs.tasks.size(); ++i)
      for (Value& record : by_task[runs.tasks[i].hash].mutants) runs.evidence[i].elsewhere.push_back(std::move(record));
  }
  return None{};
}

// Forms of the goldens of this suite and, where it is a folder of somebody's own, of the shipped one.
Shapes shapes_of(App& app, const GateAsk& ask, const Wiring& wiring) {
  Shapes shapes;
  add_shapes(*wiring.suites.front().plugin, "", *wiring.runtime, shapes);
  if (!ask.suite.find("path")) return shapes;
  auto shipped = create_alone<OperatorSuite>(app, ask.suite["use"].text(), {});
  if (shipped) add_shapes(**shipped, "shipped/", *wiring.runtime, shapes);
  return shapes;
}

}  // namespace

Result<GateRuns> run_gate(App& app, const GateAsk& ask) {
  auto checked = wire(app, config_of(ask, 1));  // before anything is made
  if (!checked) return checked.error();
  auto held = RunFolder::open(ask.output);  // by this process alone, to the end
  if (!held) return held.error();
  GateRuns out;
  std::unique_ptr<Wired> first;
  std::string secret;
  std::map<std::string, GateEvidence> by_task;
  for (int number = 1; number <= ask.secrets; ++number) {
    auto wired = number == 1 ? std::move(checked) : wire(app, config_of(ask, number));
    if (!wired) return wired.error();
    app.err << fmt::format(
        "Secret {} of {}: {}\n", number, ask.secrets,
        number == 1 ? "goldens, which must pass; null answers and mutants, which must not" : "goldens");
    auto drawn = go(app, **wired);
    if (!drawn) return drawn.error();
    for (const PlannedSample& sample : (*wired)->plan.samples) by_task[sample.task_hash].secrets = number;
    if (auto added = add_records(**wired, by_task); !added) return added.error();
    if (number == 1) first = std::move(*wired), secret = *drawn;
  }
  Errors errors;
  out.tasks = select_tasks(first->wiring, errors);
  if (!errors.empty()) return joined(std::move(errors));
  const std::string file = ask.output + "/examined.jsonl";
  auto examined = examined_before(file);
  if (!examined) return examined.error();
  if (auto done = examine_rest(app, *first, out.tasks, secret, file, *examined); !done) return done.error();
  const Shapes shapes = shapes_of(app, ask, first->wiring);
  for (const SelectedTask& task : out.tasks) {
    GateEvidence& evidence = by_task[task.hash];
    evidence.examined = (*examined)[examined_key(task, first->wiring)];
    evidence.twins = twins_of(*task.task, *first->wiring.runtime, shapes);
    out.evidence.push_back(std::move(evidence));
  }
  if (auto done = look_elsewhere(app, ask, first->wiring, secret, out); !done) return done.error();
  out.family = first->wiring.family();
  out.devices = devices_value(first->wiring);
  return out;
}

}  // namespace touchstone
