#include "pipeline/select.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "host/guard.hpp"
#include "pipeline/admission.hpp"
#include "pipeline/prompt.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

Value task_value(const Task& task) {
  Value entries{Value::List{}}, instructions{Value::Map{}}, protocols{Value::List{}}, out;
  for (const std::string& entry : task.question.entries) entries.add(entry);
  for (const auto& [style, text] : task.question.instructions) instructions.set(style, text);
  for (const Protocol& protocol : task.protocols)
    protocols.add(protocol.judge + "|" + protocol.how + "|" + protocol.extraction + "|" + protocol.not_judged +
                  (protocol.program.empty() ? "" : "|program " + sha256_hex(protocol.program)) +
                  (protocol.golden.empty() ? "" : "|golden " + sha256_hex(protocol.golden)));
  out.set("id", task.question.id).set("entries", entries).set("instructions", instructions);
  out.set("facts", task.question.facts).set("reference", task.oracle.reference).set("golden", task.oracle.golden);
  out.set("program", task.oracle.program).set("cases", task.oracle.cases).set("policy", task.oracle.policy);
  return out.set("protocols", protocols);
}

std::string key_of(const std::string& text) { return sha256_hex(text).substr(0, 24); }

std::vector<SelectedTask> tasks_of(const WiredSuite& suite, Plan& plan, Errors& errors) {
  std::vector<SelectedTask> out;
  FilterUse where(suite.where);
  const auto take = [&](Task task) {
    if (!where.matches(task.question)) return true;
    std::string hash = task_hash(task);
    out.push_back({suite.name, std::move(hash), std::make_shared<const Task>(std::move(task))});
    return true;
  };
  const auto done = guarded(
      suite.name, [&] { return suite.plugin->tasks(take); }, "tasks");
  if (!done) append(errors, done.error());
  if (where.dropped())
    plan.notes.push_back(fmt::format("{} of suite {} left out by where", counted(where.dropped(), "task"), suite.name));
  for (Error& miss : where.misses(fmt::format("suite '{}'", suite.name))) plan.misses.push_back(std::move(miss));
  return out;
}

// How many answers are wanted of a model: what the config says, as far as the model has them; 0 in the config means all
// that it has, and one of a model that can be asked any number of times.
int draws_of(const WiredModel& model, const Task& task, int wanted) {
  const auto answers = guarded(
      model.name, [&] { return Result<int>(model.plugin->answers(task)); }, "answers");
  const int has = answers ? *answers : 1;
  if (has < 0) return std::max(wanted, 1);
  return std::max(1, wanted == 0 ? has : std::min(wanted, has));  // no answer at all is a result too: draw 0 says so
}

class Planner {
 public:
  Planner(const Wiring& wiring, Plan& plan) : wiring_(wiring), plan_(plan) {
    for (const WiredModel& model : wiring.models) {
      identities_.push_back(write_json(model.plugin->identity()));
      wheres_.emplace_back(model.where);
    }
    for (const std::string& judge : wiring.config.judges) judges_ += judge + ",";
  }

  Result<None> add(const SelectedTask& selected, const std::string& style) {
    auto prompt = make_prompt(*selected.task, style);
    if (!prompt) return prompt.error();
    const std::string asked = selected.hash + "\n" + sha256_hex(prompt->system + "\n" + prompt->text);
    const std::string judged = "\n" + judges_ + "\n" + wiring_.family();
    for (std::size_t i = 0; i < wiring_.models.size(); ++i) {
      const WiredModel& model = wiring_.models[i];
      if (!wheres_[i].matches(selected.task->question)) continue;
      const int draws = draws_of(model, *selected.task, wiring_.config.draws);
      if (draws != 1) answers_[model.name][selected.hash] = draws;
      for (int draw = 0; draw < draws; ++draw) {
        const std::string of =
            fmt::format("\n{}\n{}\n{}\n{}\n{}", model.name, identities_[i], selected.suite, style, draw);
        plan_.samples.push_back({key_of(asked + judged + of), key_of(asked + of), selected.hash, selected.task,
                                 selected.suite, &model, style, draw});
      }
    }
    return None{};
  }

  /// How many samples a model has of a task, where that is not one: model -> task's hash -> number.
  Value answers() const {
    Value out{Value::Map{}};
    for (const auto& [model, tasks] : answers_) {
      Value::Map of;
      for (const auto& [task, draws] : tasks) of.emplace_back(task, draws);
      out.set(model, of);
    }
    return out;
  }

  void add_misses() {
    for (std::size_t i = 0; i < wheres_.size(); ++i)
      for (Error& miss : wheres_[i].misses(fmt::format("model '{}'", wiring_.models[i].name)))
        plan_.misses.push_back(std::move(miss));
  }

 private:
  const Wiring& wiring_;
  Plan& plan_;
  std::vector<std::string> identities_;
  std::map<std::string, std::map<std::string, int>> answers_;
  std::vector<FilterUse> wheres_;
  std::string judges_;
};

// Tasks that scores leave out, with the reason: a run has one opinion of it from its first session to its last.
Value kept_out_of(const Plan& plan) {
  Value out;
  const Task* seen = nullptr;  // samples of one task stand together: it is looked at once
  for (const PlannedSample& sample : plan.samples) {
    if (sample.task.get() == seen) continue;
    seen = sample.task.get();
    if (const std::string why = kept_out(*seen); !why.empty()) out.set(sample.suite + "/" + seen->question.id, why);
  }
  return out;
}

// What shaped the samples; `family` is null where only the completions are meant, which know no device.
Value identity_of(const Wiring& wiring, const Plan& plan, Value config, const Value& family) {
  Value out, suites{Value::Map{}}, models{Value::Map{}};
  for (const WiredSuite& suite : wiring.suites) suites.set(suite.name, suite.plugin->identity());
  for (const WiredModel& model : wiring.models) models.set(model.name, model.plugin->identity());
  std::string keys;
  for (const PlannedSample& sample : plan.samples) keys += family.is_null() ? sample.asked : sample.key;
  out.set("config", std::move(config)).set("suites", suites).set("models", models);
  if (!family.is_null()) out.set("device family", family);
  if (const Value kept = kept_out_of(plan); !kept.is_null() && !family.is_null()) out.set("kept out", kept);
  return out.set("samples", plan.samples.size()).set("keys", sha256_hex(keys));
}

Value without(Value config, std::initializer_list<const char*> keys) {
  for (const char* key : keys) config.set(key, Value());
  return config;
}

}  // namespace

std::string task_hash(const Task& task) { return sha256_hex(write_json(task_value(task))); }

std::vector<SelectedTask> select_tasks(const Wiring& wiring, Errors& errors) {
  std::vector<SelectedTask> out;
  Plan plan;
  for (const WiredSuite& suite : wiring.suites)
    for (SelectedTask& task : tasks_of(suite, plan, errors)) out.push_back(std::move(task));
  return out;
}

Plan select_samples(const Wiring& wiring, Errors& errors) {
  Plan plan;
  Planner planner(wiring, plan);
  for (const WiredSuite& suite : wiring.suites)
    for (const SelectedTask& selected : tasks_of(suite, plan, errors))
      for (const std::string& style : wiring.config.prompts)
        if (auto added = planner.add(selected, style); !added) append(errors, added.error());
  planner.add_misses();
  const Value judged = without(compose(wiring.config), {"output", "report", "secret", "limits"});
  plan.identity = identity_of(wiring, plan, judged, wiring.family());
  plan.asking = identity_of(wiring, plan, without(judged, {"runtime", "judges", "metrics", "profilers"}), {});
  plan.asking.set("answers", planner.answers());
  return plan;
}

}  // namespace touchstone
