#include "report/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>

namespace touchstone {
namespace {

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

using Statistic = std::function<double(const std::vector<double>&)>;

Interval bootstrap(const std::vector<double>& values, const Statistic& statistic, std::uint64_t seed) {
  constexpr int resamples = 1000;
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::size_t> pick(0, values.size() - 1);
  std::vector<double> drawn(values.size()), results(resamples);
  for (double& result : results) {
    for (double& value : drawn) value = values[pick(random)];
    result = statistic(drawn);
  }
  std::sort(results.begin(), results.end());
  return {results[resamples * 25 / 1000], results[resamples * 975 / 1000 - 1], 0.95};
}

Aggregate with_interval(const std::vector<double>& values, const Statistic& statistic, std::uint64_t seed) {
  Aggregate out{statistic(values), static_cast<long>(values.size()), {}};
  if (values.size() >= 3) out.interval = bootstrap(values, statistic, seed);
  return out;
}

Aggregate geomean(const std::vector<double>& values, std::uint64_t seed) {
  std::vector<double> logs;
  for (double value : values)
    if (value > 0) logs.push_back(std::log(value));
  if (logs.empty()) return {};
  Aggregate out = with_interval(logs, mean_of, seed);
  out.value = std::exp(out.value);
  if (out.interval) out.interval = Interval{std::exp(out.interval->low), std::exp(out.interval->high), 0.95};
  return out;
}

}  // namespace

Interval wilson_interval(long hits, long n, double level) {
  const double z = boost::math::quantile(boost::math::normal(), 0.5 + level / 2);
  const double count = static_cast<double>(n), p = static_cast<double>(hits) / count;
  const double centre = p + z * z / (2 * count);
  const double half = z * std::sqrt(p * (1 - p) / count + z * z / (4 * count * count));
  const double scale = 1 + z * z / count;
  return {std::max(0.0, (centre - half) / scale), std::min(1.0, (centre + half) / scale), level};
}

double upper_bound_of_none(long n, double level) { return 1 - std::pow(1 - level, 1 / static_cast<double>(n)); }

Aggregate aggregate(std::string_view how, const std::vector<double>& values, std::uint64_t seed) {
  if (values.empty()) return {};
  const long n = static_cast<long>(values.size());
  if (how == "proportion") {
    const double hits = std::accumulate(values.begin(), values.end(), 0.0);
    return {hits / static_cast<double>(n), n, wilson_interval(std::lround(hits), n)};
  }
  if (how == "max") return {*std::max_element(values.begin(), values.end()), n, {}};
  if (how == "geomean") return geomean(values, seed);
  if (how == "median") return with_interval(values, median_of, seed);
  return with_interval(values, mean_of, seed);
}

}  // namespace touchstone
