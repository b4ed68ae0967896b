#include "report/differences.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include "touchstone/outcome.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

constexpr std::size_t longest_said = 160;

const Value& verdict_of(const Value& record, std::string_view judge) {
  static const Value none;
  const auto& attempts = record["attempts"].list();
  if (attempts.empty()) return none;
  for (const Value& verdict : attempts.back()["verdicts"].list())
    if (verdict["judge"].text() == judge) return verdict;
  return none;
}

bool is_alike(const std::string& paper, const std::string& strict) {
  if (paper == strict) return true;
  return is_scored(paper) && is_scored(strict) && !is_called(paper) && !is_called(strict);
}

// paper: right.
std::string why_only_paper_passes(const Value& paper, const std::string& strict) {
  if (strict == "not_triton") return "right, but a library computed it, which paper does not ask";
  if (strict == "no_code" || strict == "no_entry" || strict == "generation_error")
    return "nothing of the candidate's is needed for the test to end well";
  if (!is_called(strict)) return "a call fails that the test does not make, or fails only under strict's limits";
  return paper["details"]["prints"].flag() ? "the test prints too little to show it"
                                           : "the test prints no values: whatever ends well passes";
}

// paper: the program did not end well.
std::string why_only_paper_fails(const Value& paper) {
  const std::string& outcome = paper["outcome"].text();
  if (outcome == "timeout") return "the whole program takes longer than its limit";
  const bool other = paper["details"].find("candidate") != nullptr;
  if (other && paper["phase"].text() == "load") return "paper takes other text for the code, and that does not load";
  const bool name = paper["reason"].text().starts_with("NameError");
  if (other && name) return "paper takes other text for the code, and a name is missing";
  if (name) return "the test needs a name that the candidate does not bring";
  if (paper["phase"].text() == "load") return "the candidate's text does not run as a script";
  return "the test's own text fails with this candidate";
}

}  // namespace

std::string why_they_differ(const Value& paper, const Value& strict) {
  const std::string &ours = strict["outcome"].text(), &theirs = paper["outcome"].text();
  if (ours == "infrastructure" || theirs == "infrastructure") return "a failure of ours";
  if (ours == "not_judged") return "strict does not judge this task";
  if (theirs == "not_judged") return "paper does not judge this task here";
  if (theirs == "passed") return why_only_paper_passes(paper, ours);
  if (!is_called(theirs)) return why_only_paper_fails(paper);
  if (!is_called(ours)) return "a call fails that the test does not make, or fails only under strict's limits";
  const Value& details = paper["details"];
  if (!details["golden prints"].flag()) return "the candidate prints something, the golden nothing";
  return details["golden repeats"].flag(true) ? "the candidate prints otherwise what strict finds near enough"
                                              : "the golden does not print the same twice: nobody can match it";
}

void Differences::add(const Value& record) {
  const Value &paper = verdict_of(record, "paper"), &strict = verdict_of(record, "strict");
  if (paper.is_null() || strict.is_null()) return;
  ++compared_;
  const std::string &theirs = paper["outcome"].text(), &ours = strict["outcome"].text();
  const std::string &suite = record["suite"].text(), &model = record["model"].text(), &prompt = record["prompt"].text();
  if (is_alike(theirs, ours)) {
    ++agreed_[{suite, model, prompt}];
    return;
  }
  const Value& worse = severity(theirs) > severity(ours) ? paper : strict;
  all_.push_back({suite, record["task"].text(), model, prompt, static_cast<int>(record["draw"].integer()), theirs, ours,
                  why_they_differ(paper, strict), shortened(worse["reason"].text(), longest_said)});
}

Grid Differences::reasons_grid() const {
  std::map<std::vector<std::string>, std::map<std::string, long>> counts;
  for (const auto& [of, number] : agreed_) counts[of];
  for (const Difference& one : all_) ++counts[{one.suite, one.model, one.prompt}][one.reason];
  Grid grid({"suite", "model", "prompt", "reason", ">samples"});
  for (const auto& [of, reasons] : counts) {
    const auto agreed = agreed_.find(of);
    if (agreed != agreed_.end()) grid.add({of[0], of[1], of[2], "(both judges agree)", std::to_string(agreed->second)});
    std::vector<std::pair<std::string, long>> sorted(reasons.begin(), reasons.end());
    std::ranges::stable_sort(sorted, std::greater{}, &std::pair<std::string, long>::second);
    for (const auto& [reason, number] : sorted) grid.add({of[0], of[1], of[2], reason, std::to_string(number)});
  }
  return grid;
}

std::vector<Difference> Differences::sorted() const {
  std::vector<Difference> out = all_;
  std::ranges::sort(
      out, {}, [](const Difference& one) { return std::tuple(one.suite, one.task, one.model, one.prompt, one.draw); });
  return out;
}

Grid Differences::samples_grid() const {
  Grid grid({"task", "model", ">draw", "paper", "strict", "why they differ", "what was said"});
  for (const Difference& one : sorted())
    grid.add({one.task, one.model, std::to_string(one.draw), printable(one.paper), printable(one.strict), one.reason,
              printable(one.said)});
  return grid;
}

Value Differences::json() const {
  Value samples{Value::List{}}, reasons{Value::Map{}}, out;
  std::map<std::string, long> counts;
  for (const Difference& one : sorted()) {
    ++counts[one.reason];
    Value item;
    item.set("suite", one.suite).set("task", one.task).set("model", one.model).set("prompt", one.prompt);
    item.set("draw", one.draw).set("paper", one.paper).set("strict", one.strict).set("reason", one.reason);
    samples.add(item.set("said", one.said));
  }
  for (const auto& [reason, number] : counts) reasons.set(reason, number);
  out.set("compared", compared_).set("agreed", compared_ - static_cast<long>(all_.size()));
  return out.set("reasons", reasons).set("samples", samples);
}

}  // namespace touchstone
