#include "pipeline/remeasure.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/hash.hpp"
#include "util/json.hpp"

namespace touchstone {

Remeasure::Remeasure(const std::vector<Named<Metric>>& metrics, const std::vector<SelectedTask>& tasks,
                     const std::vector<std::string>& judges)
    : metrics_(metrics), judges_(judges) {
  for (const SelectedTask& task : tasks) tasks_[{task.suite, task.task->question.id}] = &task;
}

// Null where the suite has it no more, or has another: a figure must not mix an old answer with a new task.
const Task* Remeasure::task_of(const Value& record) {
  const auto found = tasks_.find({record["suite"].text(), record["task"].text()});
  if (found == tasks_.end()) {
    count("their task is no longer in its suite: measured without its text");
    return nullptr;
  }
  const std::string& before = record["task_sha256"].text();
  if (before.empty()) count("the record does not say which text its task had: today's is taken");
  if (before.empty() || before == found->second->hash) return found->second->task.get();
  count("their task has changed since: measured without its text");
  return nullptr;
}

void Remeasure::check(const Value& attempt, Texts& texts) {
  const auto differs = [](const Value& hash, const std::string& text) {
    return !hash.text().empty() && sha256_hex(text) != hash.text();
  };
  if (differs(attempt["completion"]["sha256"], texts.completion)) {
    count("their completion is missing in artifacts/, or changed: measured without it");
    texts.completion.clear();
  }
  if (differs(attempt["candidate"]["sha256"], texts.code)) {
    count("their candidate is missing in artifacts/, or changed: measured without it");
    texts.code.clear();
  }
}

bool Remeasure::can(const Named<Metric>& metric, const Value& record, bool whole_task) {
  const Needs needs = metric.plugin->needs();
  if (needs.timings && record["observed"]["timings"].list().empty()) {
    count(metric.name +
          ": no timings were taken, so it says nothing of them; a run takes them where its config names such a metric, "
          "of right candidates, on a device that can be timed");
    return false;
  }
  if (needs.golden && !whole_task) {
    count(metric.name + ": it needs the task's text, so it says nothing of them");
    return false;
  }
  return true;
}

void Remeasure::keep_judges(Sample& sample) {
  const auto is_wanted = [&](const std::string& judge) {
    return judges_.empty() || std::ranges::find(judges_, judge) != judges_.end();
  };
  std::set<std::string> here;
  for (Attempt& attempt : sample.attempts) {
    std::erase_if(attempt.verdicts, [&](const Verdict& verdict) { return !is_wanted(verdict.judge); });
    for (const Verdict& verdict : attempt.verdicts) here.insert(verdict.judge);
  }
  for (const std::string& judge : here) ++heard_[judge];
  for (const std::string& judge : judges_)
    if (!here.count(judge)) count(fmt::format("no verdict of the judge '{}' is stored", judge));
}

Value Remeasure::add(const Value& record, Texts texts) {
  ++samples_;
  const auto& attempts = record["attempts"].list();
  if (!attempts.empty()) check(attempts.back(), texts);
  const Task* whole = task_of(record);
  const Task known = whole ? Task() : known_task(record);
  Sample sample = read_sample(record, whole ? *whole : known, std::move(texts));
  keep_judges(sample);
  Measured measured;
  for (const auto& metric : metrics_)
    if (can(metric, record, whole != nullptr)) measure(metric, sample, measured);
  Value out;
  out.set("key", record["key"]).set("measurements", measurements_value(measured.figures));
  return out.set("observed", measurements_value(measured.observed)).set("notes", texts_value(measured.notes));
}

std::vector<std::string> Remeasure::unheard() const {
  std::vector<std::string> out;
  for (const std::string& judge : judges_)
    if (!heard_.count(judge)) out.push_back(judge);
  return out;
}

std::vector<std::string> Remeasure::notes() const {
  std::vector<std::string> out;
  for (const auto& [note, samples] : counts_)
    out.push_back(fmt::format("{} of {} samples: {}", samples, samples_, note));
  return out;
}

}  // namespace touchstone
