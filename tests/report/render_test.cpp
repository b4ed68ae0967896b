#include "report/render.hpp"

#include <doctest/doctest.h>

#include "report/grid.hpp"

using namespace touchstone;

namespace {

const Tag accuracy{"triton accuracy", "", "percentage", "", "proportion"};
const Tag speed{"speed-up", "x", "ratio", "", "geomean"};

Value record(const char* task, const char* family, const char* outcome, double passed, double ratio) {
  Value measurement, observed, verdict, attempt, out;
  measurement.set("tag", "triton accuracy").set("value", passed).set("labels", Value().set("judge", "strict"));
  const Value labels = Value().set("clock", "events").set("evidence", "claim");
  observed.set("tag", "speed-up").set("value", ratio).set("labels", labels);
  verdict.set("judge", "strict").set("outcome", outcome).set("reason", "because | so");
  attempt.set("verdicts", Value().add(verdict));
  out.set("key", task).set("suite", "operators").set("task", task).set("model", "m").set("prompt", "simple");
  out.set("draw", 0).set("facts", Value().set("family", family).set("difficulty", 2));
  out.set("attempts", Value().add(attempt)).set("measurements", Value().add(measurement));
  return out.set("observed", Value().set("measurements", Value().add(observed)));
}

Summary three() {
  Summary summary({accuracy, speed}, 1);
  summary.add(record("softmax", "softmax", "passed", 1, 2));
  summary.add(record("add", "elementwise", "wrong_value", 0, 0.5));
  summary.add(record("sum", "reduction", "not_judged", 1, 1));
  return summary;
}

const Heading heading{"quick", "runs/quick", "cpu", 4, {"1 sample is missing"}};

}  // namespace

TEST_CASE("a terminal report lists samples, outcomes in order of severity, figures with n and interval, and notes") {
  const std::string text = render_terminal(heading, three(), {});
  CHECK(text ==
        "quick · cpu · 3 of 4 samples\n"
        "\n"
        "Samples\n"
        "  task     model  draw  outcome      reason\n"
        "  add      m         0  wrong_value  because | so\n"
        "  softmax  m         0  passed       because | so\n"
        "  sum      m         0  not_judged   because | so\n"
        "\n"
        "Outcomes\n"
        "  suite      model  prompt  judge   passed  wrong_value  not_judged\n"
        "  operators  m      simple  strict       1            1           1\n"
        "\n"
        "Figures, with 95 % intervals\n"
        "  suite      model  prompt  figure                      value        interval  n\n"
        "  operators  m      simple  triton accuracy            66.7 %        [21, 94]  3\n"
        "  operators  m      simple  speed-up (events) (claim)   1.00x  [0.50x, 2.00x]  3\n"
        "\n"
        "Notes\n"
        "  1 sample is missing\n"
        "\n"
        "Run folder: runs/quick\n");
}

TEST_CASE("many samples are shown by family and difficulty instead of one by one; colour only where asked") {
  const std::string text = render_terminal(heading, three(), {.colour = false, .sample_lines = 2});
  CHECK(text.find("Samples\n") == std::string::npos);
  CHECK(text.find("By family") != std::string::npos);
  CHECK(text.find("By difficulty") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(render_terminal(heading, three(), {.colour = true}).find("\x1b[32mpassed\x1b[0m") != std::string::npos);
}

TEST_CASE("Markdown escapes cells; JSON carries every figure with its n") {
  CHECK(render_markdown(heading, three()).find("because \\| so") != std::string::npos);
  const Value json = render_json(heading, three());
  CHECK(json["done"].integer() == 3);
  const Value& model = json["groups"].list().front();
  CHECK(model["by"].text() == "model");
  CHECK(model["outcomes"]["strict"]["wrong_value"].integer() == 1);
  CHECK(model["figures"].list().front()["n"].integer() == 3);
}

TEST_CASE("figures are printed by their hint") {
  CHECK(format_figure(0.0000013, {"", "s", "duration", "", ""}) == "1.3 µs");
  CHECK(format_figure(3 << 20, {"", "B", "bytes", "", ""}) == "3 MiB");
  CHECK(format_figure(12, {"", "files", "count", "", ""}) == "12 files");
}

TEST_CASE("a grid pads by what a terminal shows, not by bytes") {
  Grid grid({"a", ">n"});
  grid.add({"\x1b[31mµ\x1b[0m", "1"});
  grid.add({"xyz", "10"});
  CHECK(grid.terminal(0) == "a     n\n\x1b[31mµ\x1b[0m     1\nxyz  10\n");
}
