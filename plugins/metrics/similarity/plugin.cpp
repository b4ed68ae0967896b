// How like the golden: CodeBLEU and its four parts.

#include <algorithm>

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
    {.key = "ngram_weight",
     .type = OptionType::real,
     .help = "share of the n-gram match",
     .fallback = "0.25",
     .least = 0},
    {.key = "weighted_ngram_weight",
     .type = OptionType::real,
     .help = "share of the weighted n-gram match",
     .fallback = "0.25",
     .least = 0},
    {.key = "syntax_weight",
     .type = OptionType::real,
     .help = "share of the syntax match",
     .fallback = "0.25",
     .least = 0},
    {.key = "dataflow_weight",
     .type = OptionType::real,
     .help = "share of the data flow match",
     .fallback = "0.25",
     .least = 0}};

constexpr const char* total = "CodeBLEU";
constexpr const char* ngrams = "n-gram match";
constexpr const char* weighted_ngrams = "weighted n-gram match";
constexpr const char* syntax = "syntax match";
constexpr const char* data_flow = "data flow match";

class Similarity : public Metric {
 public:
  explicit Similarity(const Config& config)
      : variant_(config.text("variant")),
        empty_(static_cast<int>(config.integer("empty_dataflow"))),
        weights_{config.real("ngram_weight"), config.real("weighted_ngram_weight"), config.real("syntax_weight"),
                 config.real("dataflow_weight")} {}

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
    const bool paper = variant_ == "paper";
    const std::string code = paper ? similarity::paper_code(attempt.completion.text) : attempt.candidate.code;
    if (code.empty()) return out;
    const auto is =
        similarity::code_bleu(golden, code, paper ? similarity::Variant::paper : similarity::Variant::standard);
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
    out.set("variant", variant_);
    if (tag == total || tag == data_flow) out.set("empty data flow", empty_);
    return out;
  }

  std::string variant_;
  int empty_;
  double weights_[4];
};

}  // namespace

TOUCHSTONE_PLUGIN(Metric, similarity, "1.0", "CodeBLEU: how like the golden a candidate's text is", options,
                  [](const Config& config, Host&) { return made<Metric, Similarity>(config); })
