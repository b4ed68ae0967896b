#include "report/statistics.hpp"

#include <doctest/doctest.h>

using namespace touchstone;
using doctest::Approx;

TEST_CASE("Wilson's interval agrees with published values and stays inside 0 and 1") {
  const Interval half = wilson_interval(5, 10);
  CHECK(half.low == Approx(0.2366).epsilon(1e-3));
  CHECK(half.high == Approx(0.7634).epsilon(1e-3));
  const Interval none = wilson_interval(0, 20), all = wilson_interval(20, 20);
  CHECK(none.low == 0);
  CHECK(none.high == Approx(0.1611).epsilon(1e-3));
  CHECK(all.high == 1);
  CHECK(all.low == Approx(1 - 0.1611).epsilon(1e-3));
}

TEST_CASE("the upper bound of 0 in n is the exact one") {
  CHECK(upper_bound_of_none(60) == Approx(0.0487).epsilon(1e-3));
  CHECK(upper_bound_of_none(1) == Approx(0.95));
}

TEST_CASE("aggregates") {
  CHECK(aggregate("mean", {1, 2, 6}, 1).value == Approx(3));
  CHECK(aggregate("median", {1, 9, 2}, 1).value == 2);
  CHECK(aggregate("median", {1, 2, 3, 10}, 1).value == Approx(2.5));
  CHECK(aggregate("max", {1, 9, 2}, 1).value == 9);
  CHECK(aggregate("geomean", {0.5, 2, 0}, 1).value == Approx(1));
  CHECK(aggregate("geomean", {0.5, 2, 0}, 1).n == 2);
  CHECK(aggregate("proportion", {1, 0, 1, 1}, 1).value == Approx(0.75));
  CHECK(aggregate("mean", {}, 1).n == 0);
}

TEST_CASE("a bootstrap interval holds the figure, repeats with its seed, and needs three values") {
  const std::vector<double> values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  const Aggregate one = aggregate("mean", values, 7), same = aggregate("mean", values, 7);
  REQUIRE(one.interval);
  CHECK(one.interval->low < 5.5);
  CHECK(one.interval->high > 5.5);
  CHECK(one.interval->low == same.interval->low);
  CHECK_FALSE(aggregate("mean", {1, 2}, 7).interval);
}
