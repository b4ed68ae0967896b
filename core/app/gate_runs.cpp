#include "app/gate_runs.hpp"

#include <fmt/format.h>

#include <map>
#include <ostream>
#include <set>

#include "app/manifest.hpp"
#include "app/run_session.hpp"
#include "pipeline/examine.hpp"
#include "report/progress.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

std::string folder_of(const GateAsk& ask, int number) { return fmt::format("{}/secret-{}", ask.output, number); }

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

Result<std::unique_ptr<Wired>> wire(App& app, const GateAsk& ask, int number) {
  WireResult result = wire_value(app, config_of(ask, number));
  if (!result.wired) return joined(std::move(result.errors));
  Plan& plan = result.wired->plan;
  if (plan.samples.empty() || !plan.misses.empty())
    return plan.misses.empty() ? Error{ErrorCode::config, "the suite has no task", ask.suite["use"].text()}
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

// The records of one run that its plan asks for, each to its task and kind.
Result<None> add_records(const std::string& folder, const std::set<std::string>& keys,
                         std::map<std::string, GateEvidence>& by_task) {
  const auto read = read_records(RunPaths{folder}.records(), [&](Value record) {
    const auto found = by_task.find(record["task_sha256"].text());
    if (found == by_task.end() || !keys.contains(record["key"].text())) return true;  // of an earlier plan
    const std::string& model = record["model"].text();
    auto& into = model == "golden" ? found->second.goldens
                 : model == "null" ? found->second.nulls
                                   : found->second.mutants;
    into.push_back(std::move(record));
    return true;
  });
  if (!read) return read.error();
  return None{};
}

}  // namespace

Result<GateRuns> run_gate(App& app, const GateAsk& ask) {
  GateRuns out;
  std::unique_ptr<Wired> first;
  std::vector<std::set<std::string>> keys;  // of each run's plan
  std::string secret;
  for (int number = 1; number <= ask.secrets; ++number) {
    auto wired = wire(app, ask, number);
    if (!wired) return wired.error();
    app.err << fmt::format("Secret {} of {}: {}\n", number, ask.secrets,
                           number == 1 ? "goldens, null answers and mutants" : "goldens");
    auto drawn = go(app, **wired);
    if (!drawn) return drawn.error();
    std::set<std::string>& of = keys.emplace_back();
    for (const PlannedSample& sample : (*wired)->plan.samples) of.insert(sample.key);
    if (number == 1) first = std::move(*wired), secret = *drawn;
  }
  Errors errors;
  out.tasks = select_tasks(first->wiring, errors);
  if (!errors.empty()) return joined(std::move(errors));
  const std::string file = ask.output + "/examined.jsonl";
  auto examined = examined_before(file);
  if (!examined) return examined.error();
  if (auto done = examine_rest(app, *first, out.tasks, secret, file, *examined); !done) return done.error();

  std::map<std::string, GateEvidence> by_task;
  for (const SelectedTask& task : out.tasks)
    by_task[task.hash].examined = (*examined)[examined_key(task, first->wiring)];
  for (int number = 1; number <= ask.secrets; ++number)
    if (auto added = add_records(folder_of(ask, number), keys[static_cast<std::size_t>(number - 1)], by_task); !added)
      return added.error();
  auto twins = find_twins(first->wiring.suites.front(), *first->wiring.runtime);
  for (const SelectedTask& task : out.tasks) {
    GateEvidence& evidence = by_task[task.hash];
    evidence.twins = twins[task.task->question.id];
    out.evidence.push_back(std::move(evidence));
  }
  out.family = first->wiring.family();
  out.devices = devices_value(first->wiring);
  return out;
}

}  // namespace touchstone
