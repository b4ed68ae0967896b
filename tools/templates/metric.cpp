// @name@: figures of a judged sample.
#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

class Plugin : public Metric {
 public:
  std::vector<Tag> tags() const override { return {{"@name@", "", "count", "lines of the candidate", "mean"}}; }

  /// No figure where it says nothing about a sample. The last attempt counts.
  Result<std::vector<Measurement>> measure(const Sample& sample) const override {
    if (sample.attempts.empty()) return std::vector<Measurement>{};
    Measurement out{.tag = "@name@"};
    for (const char c : sample.attempts.back().candidate.code) out.value += c == '\n';
    return std::vector<Measurement>{out};
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(Metric, @name@, "0.1", "Lines of the candidate", no_options,
                  [](const Config&, Host&) { return made<Metric, Plugin>(); })
