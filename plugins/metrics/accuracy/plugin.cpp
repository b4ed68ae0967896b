// Who was right: the three shares that every table shows, by design 7.5.

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

constexpr const char* call_accuracy = "call accuracy";
constexpr const char* execution_accuracy = "execution accuracy";
constexpr const char* triton_accuracy = "triton accuracy";
constexpr const char* of_called = "execution accuracy of called";

Measurement share(const char* tag, bool yes, const std::string& judge) {
  Measurement out{.tag = tag, .value = yes ? 1.0 : 0.0};
  out.labels.set("judge", judge);
  return out;
}

// What the checker said of the task.
bool has_tag(const Verdict& verdict, std::string_view name) {
  for (const Value& tag : verdict.details["tags"].list())
    if (tag.text() == name) return true;
  return false;
}

class Accuracy : public Metric {
 public:
  std::vector<Tag> tags() const override {
    return {{call_accuracy, "", "percentage", "every call returned", "proportion"},
            {execution_accuracy, "", "percentage", "every call returned the right values", "proportion"},
            {of_called, "", "percentage", "of those whose program ends well, the right ones: as TritonBench prints it",
             "proportion"},
            {triton_accuracy, "", "percentage", "right, and computed by the candidate's own kernels", "proportion"}};
  }

  /// The last attempt counts. An unscored outcome says nothing about the candidate, so it gives no figure. Nor does one
  /// that is kept out of scores; a task that computes nothing needs no kernel.
  Result<std::vector<Measurement>> measure(const Sample& sample) const override {
    std::vector<Measurement> out;
    if (sample.attempts.empty()) return out;
    for (const Verdict& verdict : sample.attempts.back().verdicts) {
      if (!is_scored(verdict.outcome) || is_kept_out(verdict)) continue;
      out.push_back(share(call_accuracy, is_called(verdict.outcome), verdict.judge));
      out.push_back(share(execution_accuracy, is_executed(verdict.outcome), verdict.judge));
      if (verdict.judge == "paper") {  // it knows no kernels, and its scripts drop what fails before they count
        if (is_called(verdict.outcome)) out.push_back(share(of_called, is_executed(verdict.outcome), verdict.judge));
        continue;
      }
      if (has_tag(verdict, "metadata")) continue;
      out.push_back(share(triton_accuracy, is_triton(verdict.outcome), verdict.judge));
    }
    return out;
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(Metric, accuracy, "1.0", "Shares of samples that ran, were right, and were Triton", no_options,
                  [](const Config&, Host&) { return made<Metric, Accuracy>(); })
