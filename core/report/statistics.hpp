#pragma once
// Intervals for figures. Every figure on the screen has an n and, where one makes sense, a 95 % interval.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "touchstone/measurement.hpp"

namespace touchstone {

/// Wilson's score interval of `hits` in `n` trials (Wilson 1927): good for small n and for 0 or n hits. n > 0.
Interval wilson_interval(long hits, long n, double level = 0.95);

/// Upper end of the one-sided exact interval for 0 hits in n trials (Clopper and Pearson 1934): 1 - (1 - level)^(1/n).
double upper_bound_of_none(long n, double level = 0.95);

/// How a tag's rows become one figure; the names are Tag::aggregate's.
struct Aggregate {
  double value{0};
  long n{0};
  std::optional<Interval> interval{};
};

/// Aggregates values by "proportion", "mean", "geomean", "median" or "max". Mean, geomean and median get a percentile
/// bootstrap interval (1,000 resamples drawn from `seed`) when n >= 3. A geomean skips values <= 0: they have no
/// logarithm; callers count them. An empty list gives n = 0.
Aggregate aggregate(std::string_view how, const std::vector<double>& values, std::uint64_t seed);

}  // namespace touchstone
