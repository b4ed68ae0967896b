#include "pipeline/drift.hpp"

#include <fmt/format.h>

#include "pipeline/publish.hpp"
#include "store/plan.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// "triton accuracy {"judge":"strict"}": figures of one tag are told apart by their labels.
std::string figure_name(const Value& figure) {
  return figure["tag"].text() + (figure["labels"].is_null() ? "" : " " + write_json(figure["labels"]));
}

Value results_of(const Value& record) {
  Value verdicts{Value::Map{}}, figures{Value::Map{}}, out;
  const auto& attempts = record["attempts"].list();
  if (!attempts.empty())
    for (const Value& verdict : attempts.back()["verdicts"].list())
      verdicts.set(verdict["judge"].text(), verdict["outcome"].text() + " (" + verdict["phase"].text() + ")");
  for (const Value& figure : record["measurements"].list()) {
    Value values = figures[figure_name(figure)];
    figures.set(figure_name(figure), values.add(figure["value"]));
  }
  return out.set("attempts", attempts.size()).set("judge", verdicts).set("figure", figures);
}

}  // namespace

std::string Drift::name_of(const Value& record) {
  return fmt::format("{} of {}, prompt {}, by {}, draw {}", record["task"].text(), record["suite"].text(),
                     record["prompt"].text(), record["model"].text(), record["draw"].integer());
}

Drift::Digest Drift::digest(const Value& record) {
  static const Value none;
  const auto& attempts = record["attempts"].list();
  const Value& last = attempts.empty() ? none : attempts.back();
  return {results_of(record), record["task_sha256"].text(), last["completion"]["sha256"].text(),
          last["candidate"]["sha256"].text(), !is_final(record)};
}

std::vector<std::string> Drift::causes(const Digest& before, const Digest& after) {
  std::vector<std::string> out;
  if (before.task != after.task)
    out.push_back(before.task.empty() ? "whether its task changed is unknown: the first run did not write it down"
                                      : "its task changed");
  if (before.answer != after.answer)
    out.push_back("the model answered otherwise");
  else if (before.code != after.code)
    out.push_back("another code was found in the same answer");
  if (before.ours || after.ours) out.push_back("a failure of ours: the same command tries it again");
  return out;
}

std::vector<SampleDrift> Drift::samples(bool complete) const {
  std::vector<SampleDrift> out;
  for (const auto& [name, before] : before_) {
    const auto after = after_.find(name);
    if (after == after_.end()) {
      out.push_back({name, {"is no longer in the plan, or has no record"}, {}});
      continue;
    }
    auto changes = compare_plans(before.results, after->second.results);
    if (!changes.empty()) out.push_back({name, std::move(changes), causes(before, after->second)});
  }
  for (const auto& [name, after] : after_)
    if (complete && !before_.count(name)) out.push_back({name, {"is new in the plan"}, {}});
  return out;
}

std::size_t Drift::compared() const {
  std::size_t out = 0;
  for (const auto& [name, before] : before_) out += after_.count(name);
  return out;
}

std::vector<std::string> Drift::notes(bool complete) const {
  std::size_t quiet = 0, unknown = 0;
  for (const auto& [name, after] : after_) {
    const auto before = before_.find(name);
    if (before == before_.end())
      ++unknown;
    else if (before->second.results == after.results && !causes(before->second, after).empty())
      ++quiet;
  }
  std::vector<std::string> out;
  if (quiet) out.push_back(counted(quiet, "sample") + " came out as before though their task or answer changed");
  if (unknown && !complete)
    out.push_back(counted(unknown, "sample") + " had no record in the first run, so there is nothing to compare");
  return out;
}

}  // namespace touchstone
