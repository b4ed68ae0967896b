// How like the golden: CodeBLEU and its four parts.

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "code_bleu.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

constexpr Option options[] = {
    {.key = "variant",
     .type = OptionType::choice,
     .help = "standard compares the code; paper the answer as upstream TritonBench mangles it",
     .fallback = "standard",
     .choices = "standard|paper"},
    {.key = "empty_dataflow",
     .type = OptionType::integer,
     .help = "what the data flow match is where the golden has no data flow: 0, or 1 as PyPI's codebleu takes it",
     .fallback = "0",
     .least = 0,
     .most = 1},
    {.key = "ngram",
     .type = OptionType::real,
     .help = "weight of the n-gram match in CodeBLEU",
     .fallback = "0.25",
     .least = 0},
    {.key = "weighted_ngram",
     .type = OptionType::real,
     .help = "weight of the weighted n-gram match",
     .fallback = "0.25",
     .least = 0},
    {.key = "syntax", .type = OptionType::real, .help = "weight of the syntax match", .fallback = "0.25", .least = 0},
    {.key = "dataflow",
     .type = OptionType::real,
     .help = "weight of the data flow match",
     .fallback = "0.25",
     .least = 0}};

constexpr const char* total = "CodeBLEU";
constexpr const char* ngrams = "n-gram match";
constexpr const char* weighted_ngrams = "weighted n-gram match";
constexpr const char* syntax = "syntax match";
constexpr const char* data_flow = "data flow match";

/// Goldens made ready, for the next model's answer to the same task. Far more than a suite has are not kept.
class Goldens {
 public:
  std::shared_ptr<const similarity::Side> get(const std::string& text, similarity::Variant variant) {
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = known_.find(text); found != known_.end()) return found->second;
    }
    auto made = std::make_shared<const similarity::Side>(similarity::side(text, variant));
    const std::lock_guard lock(mutex_);
    if (known_.size() >= most) known_.clear();
    return known_.try_emplace(text, std::move(made)).first->second;
  }

 private:
  static constexpr std::size_t most = 512;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const similarity::Side>> known_;
};

class Similarity : public Metric {
 public:
  explicit Similarity(const Config& config)
      : variant_(config.text("variant") == "paper" ? similarity::Variant::paper : similarity::Variant::standard),
        empty_(static_cast<int>(config.integer("empty_dataflow"))),
        weights_{config.real("ngram"), config.real("weighted_ngram"), config.real("syntax"), config.real("dataflow")} {}

  Needs needs() const override { return {.golden = true}; }

  std::vector<Tag> tags() const override {
    return {{total, "", "percentage", "likeness to the golden: the weighted sum of the four below"},
            {ngrams, "", "percentage", "BLEU-4 of words"},
            {weighted_ngrams, "", "percentage", "BLEU-4 of words by recall, where keywords count five times"},
            {syntax, "", "percentage", "share of the golden's subtrees that the candidate has"},
            {data_flow, "", "percentage", "share of the golden's data flow that the candidate has"}};
  }

  /// The last attempt counts, right or wrong; but not a task that is kept out of scores.
  Result<std::vector<Measurement>> measure(const Sample& sample) const override {
    std::vector<Measurement> out;
    const Oracle& oracle = sample.task.oracle;
    const std::string& golden = oracle.golden.empty() ? oracle.reference : oracle.golden;
    if (golden.empty() || sample.attempts.empty()) return out;
    const Attempt& attempt = sample.attempts.back();
    if (std::any_of(attempt.verdicts.begin(), attempt.verdicts.end(), is_kept_out)) return out;
    const std::string code = variant_ == similarity::Variant::paper ? similarity::paper_code(attempt.completion.text)
                                                                    : attempt.candidate.code;
    if (code.empty()) return out;
    const auto is = similarity::code_bleu(*goldens_.get(golden, variant_), similarity::side(code, variant_), variant_);
    const double flow = is.data_flow.value_or(empty_);
    const double sum =
        weights_[0] * is.ngrams + weights_[1] * is.weighted_ngrams + weights_[2] * is.syntax + weights_[3] * flow;
    for (const auto& [tag, value] : {std::pair{total, sum},
                                     {ngrams, is.ngrams},
                                     {weighted_ngrams, is.weighted_ngrams},
                                     {syntax, is.syntax},
                                     {data_flow, flow}})
      out.push_back({.tag = tag, .value = value, .labels = labels(tag)});
    return out;
  }

 private:
  /// Figures that options make differ are never pooled.
  Value labels(std::string_view tag) const {
    Value out;
    out.set("variant", variant_ == similarity::Variant::paper ? "paper" : "standard");
    if (tag == total || tag == data_flow) out.set("empty data flow", empty_);
    if (tag == total && std::any_of(weights_.begin(), weights_.end(), [](double it) { return it != 0.25; }))
      out.set("weights", Value(Value::List(weights_.begin(), weights_.end())));
    return out;
  }

  mutable Goldens goldens_;
  similarity::Variant variant_;
  int empty_;
  std::array<double, 4> weights_;
};

}  // namespace

TOUCHSTONE_PLUGIN(Metric, similarity, "1.0", "How like the golden a candidate's text is: CodeBLEU and its parts",
                  options, [](const Config& config, Host&) { return made<Metric, Similarity>(config); })
