#include "report/threshold.hpp"

#include <doctest/doctest.h>

using namespace touchstone;

namespace {

const std::vector<Tag> tags{{"triton accuracy", "", "percentage", "", "proportion"},
                            {"wall time", "s", "duration", "", "median"},
                            {"peak memory", "B", "bytes", "", "max"},
                            {"speed-up", "x", "ratio", "", "geomean"},
                            {"candidate time", "s", "duration", "", "none"}};

std::vector<Group> measured(double accuracy) {
  Group model{"operators", "gpt", "simple", "model", "gpt", 4, {}, {}}, family = model;
  model.figures.push_back({tags[0], {}, accuracy, 4, {}});
  family.by = "family";
  family.figures.push_back({tags[0], {}, 0.0, 1, {}});
  return {model, family};
}

double value(const char* expression) {
  const auto read = read_threshold(expression, tags);
  REQUIRE_MESSAGE(read, read.error().what);
  return read->value;
}

}  // namespace

TEST_CASE("a value is read in its figure's unit") {
  CHECK(value("triton accuracy < 80 %") == doctest::Approx(0.8));
  CHECK(value("triton accuracy<0.8") == doctest::Approx(0.8));
  CHECK(value("wall time > 20ms") == doctest::Approx(0.02));
  CHECK(value("peak memory >= 2GiB") == 2.0 * (1 << 30));
  CHECK(value("speed-up <= 1.5x") == 1.5);
}

TEST_CASE("a share lies between nothing and all") {
  const std::vector<Tag> shares{{"triton accuracy", "", "percentage", "", "proportion"}};
  CHECK(read_threshold("triton accuracy < 80 %", shares)->value == doctest::Approx(0.8));
  CHECK(read_threshold("triton accuracy < 0.8", shares)->value == doctest::Approx(0.8));
  for (const char* off : {"80", "800 %", "-5"})
    CHECK(read_threshold(std::string("triton accuracy < ") + off, shares).error().what.find("is no value of") !=
          std::string::npos);
}

TEST_CASE("a wrong expression says what is wrong") {
  const auto what = [](const char* expression) {
    const auto read = read_threshold(expression, tags);
    REQUIRE_FALSE(read);
    return read.error().what + " | " + read.error().hint;
  };
  CHECK(what("triton accuracy") == "expected FIGURE < VALUE, or <=, >, >= | for example 'call accuracy < 80 %'");
  CHECK(what("tritn accuracy < 1") == "the run has no figure 'tritn accuracy' | did you mean triton accuracy?");
  CHECK(what("candidate time < 1s") ==
        "the run has no figure 'candidate time' | there are: triton accuracy, wall time, peak memory, speed-up");
  CHECK(what("wall time < 3") == "'3' is no value of wall time | for example 500 ms");
}

TEST_CASE("a model's figure fails on the side that is named, a missing one always") {
  const auto failed = [](const char* expression, double accuracy) {
    return failures(*read_threshold(expression, tags), measured(accuracy));
  };
  CHECK(failed("triton accuracy < 50 %", 0.25) ==
        std::vector<std::string>{"operators gpt simple: triton accuracy is 25.0 %, < 50.0 %"});
  CHECK(failed("triton accuracy < 25 %", 0.25).empty());
  CHECK(failed("triton accuracy <= 25 %", 0.25).size() == 1);
  CHECK(failed("triton accuracy > 25 %", 0.25).empty());
  CHECK(failed("triton accuracy >= 25 %", 0.25).size() == 1);
  CHECK(failed("speed-up < 1", 0.25) == std::vector<std::string>{"operators gpt simple: speed-up was not measured"});
}
