#include <sstream>

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

class Words : public Metric {
 public:
  std::vector<Tag> tags() const override { return {{"words", "", "count", "Words of the candidate", "mean"}}; }
  Result<std::vector<Measurement>> measure(const Sample& sample) const override {
    if (sample.attempts.empty()) return std::vector<Measurement>{};
    std::istringstream text(sample.attempts.back().candidate.code);
    Measurement words{.tag = "words"};
    for (std::string word; text >> word;) ++words.value;
    return std::vector<Measurement>{words};
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(Metric, words, "1.0", "Counts a candidate's words", no_options,
                  [](const Config&, Host&) { return made<Metric, Words>(); })
