// How fast: medians of the timed calls, and how many times faster than the reference the candidate was.

#include <algorithm>
#include <cmath>
#include <optional>

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

constexpr const char* candidate_time = "candidate time";
constexpr const char* reference_time = "reference time";
constexpr const char* case_speed_up = "case speed-up";
constexpr const char* speed_up = "speed-up";

/// Nothing where a clock gave no time above zero: such a reading is no measurement.
std::optional<double> median(std::vector<double> seconds) {
  std::erase_if(seconds, [](double it) { return !std::isfinite(it) || it <= 0; });
  if (seconds.empty()) return std::nullopt;
  std::sort(seconds.begin(), seconds.end());
  const std::size_t half = seconds.size() / 2;
  return seconds.size() % 2 ? seconds[half] : (seconds[half - 1] + seconds[half]) / 2;
}

/// The verdict by which timings are worth a figure, or nothing: what is not right is not fast.
const Verdict* timed_verdict(const Attempt& attempt) {
  for (const Verdict& verdict : attempt.verdicts)
    if (verdict.judge == "strict" && is_executed(verdict.outcome)) return &verdict;
  return nullptr;
}

/// Rows with different labels are never pooled: another clock, mode or kind of candidate is another population.
Value labels(const Timing& timing, const std::string& outcome) {
  Value out;
  out.set("clock", timing.clock).set("mode", timing.mode).set("evidence", timing.traced ? "traced" : "claim");
  if (!is_triton(outcome)) out.set("outcome", outcome);
  return out;
}

struct SpeedUps {
  Value labels;
  double logs{0};
  long count{0};
};

void add(std::vector<SpeedUps>& all, const Value& of, double ratio) {
  auto it = std::find_if(all.begin(), all.end(), [&](const SpeedUps& known) { return known.labels == of; });
  if (it == all.end()) it = all.insert(all.end(), SpeedUps{.labels = of});
  it->logs += std::log(ratio);
  ++it->count;
}

class Latency : public Metric {
 public:
  Needs needs() const override { return {.timings = true}; }

  std::vector<Tag> tags() const override {
    return {{candidate_time, "s", "duration", "median time of one call, by bench case", "none"},
            {reference_time, "s", "duration", "the reference's median time of the same call", "none"},
            {case_speed_up, "x", "ratio", "reference time over candidate time, by bench case", "none"},
            {speed_up, "x", "ratio", "reference time over candidate time, geometric mean over bench cases", "geomean"}};
  }

  Result<std::vector<Measurement>> measure(const Sample& sample) const override {
    std::vector<Measurement> out;
    if (sample.attempts.empty()) return out;
    const Verdict* verdict = timed_verdict(sample.attempts.back());
    if (!verdict) return out;
    const std::vector<Timing>& timings = sample.attempts.back().execution.timings;
    std::vector<SpeedUps> speed_ups;
    for (const Timing& timing : timings)
      if (timing.subject == "candidate") compare(timing, timings, labels(timing, verdict->outcome), out, speed_ups);
    if (is_kept_out(*verdict)) return out;  // times are shown, a score is not
    for (const SpeedUps& it : speed_ups)
      out.push_back({.tag = speed_up, .value = std::exp(it.logs / it.count), .n = it.count, .labels = it.labels});
    return out;
  }

 private:
  /// One bench case: its times, and the ratio where the same clock timed both sides in the same mode.
  static void compare(const Timing& candidate, const std::vector<Timing>& timings, const Value& common,
                      std::vector<Measurement>& out, std::vector<SpeedUps>& speed_ups) {
    const auto own = median(candidate.seconds);
    if (!own) return;
    Value of = common;
    of.set("bench case", candidate.bench_case);
    out.push_back({.tag = candidate_time, .value = *own, .n = count(candidate), .labels = of});
    for (const Timing& other : timings) {
      const bool same = other.subject == "reference" && other.bench_case == candidate.bench_case &&
                        other.mode == candidate.mode && other.clock == candidate.clock;
      const auto theirs = same ? median(other.seconds) : std::nullopt;
      if (!theirs) continue;
      out.push_back({.tag = reference_time, .value = *theirs, .n = count(other), .labels = of});
      out.push_back({.tag = case_speed_up, .value = *theirs / *own, .labels = of});
      add(speed_ups, common, *theirs / *own);
      return;
    }
  }

  static long count(const Timing& timing) { return static_cast<long>(timing.seconds.size()); }
};

}  // namespace

TOUCHSTONE_PLUGIN(Metric, latency, "1.0", "Times of right candidates and their speed-up over the reference", no_options,
                  [](const Config&, Host&) { return made<Metric, Latency>(); })
