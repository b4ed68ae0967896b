// The smallest metric: how many characters the last candidate has.
#include "touchstone/plugin.hpp"

namespace {
using namespace touchstone;

struct Size : Metric {
  std::vector<Tag> tags() const override { return {{"size", "", "count", "Characters of the candidate"}}; }
  Result<std::vector<Measurement>> measure(const Sample& sample) const override {
    if (sample.attempts.empty()) return std::vector<Measurement>{};
    return std::vector<Measurement>{{"size", static_cast<double>(sample.attempts.back().candidate.code.size())}};
  }
};
}  // namespace

TOUCHSTONE_PLUGIN(Metric, size, "1.0", "Counts characters", no_options,
                  [](const Config&, Host&) { return made<Metric, Size>(); })
