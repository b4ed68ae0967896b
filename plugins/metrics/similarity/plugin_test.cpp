#include <doctest/doctest.h>

#include <cmath>

#include "code_bleu.hpp"
#include "comments.hpp"
#include "support/fake_host.hpp"
#include "touchstone/plugin.hpp"
#include "words.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

Value options(const char* variant) {
  return Value()
      .set("variant", variant)
      .set("empty_dataflow", 0)
      .set("ngram", 0.25)
      .set("weighted_ngram", 0.25)
      .set("syntax", 0.25)
      .set("dataflow", 0.25);
}

std::vector<Measurement> measured(const Oracle& oracle, const std::vector<Attempt>& attempts, const Value& options) {
  FakeHost host;
  const auto& descriptor = *static_cast<const PluginDescriptor<Metric>*>(touchstone_plugin.descriptor);
  const auto metric = descriptor.create(Config(options), host);
  Task task;
  task.oracle = oracle;
  return *metric.value()->measure({task, "operators", "simple", "model", 0, attempts});
}

Attempt attempt(const std::string& code, const std::string& answer = "", const Value& tags = {}) {
  Attempt out;
  out.candidate.code = code;
  out.completion.text = answer;
  out.verdicts = {{"strict", "wrong_value", {}, {}, Value().set("tags", tags)}};
  return out;
}

Oracle with_golden(std::string text) {
  Oracle out;
  out.golden = std::move(text);
  return out;
}

const Oracle golden = with_golden("def f(x):\n    y = x\n    return y\n");

std::string repeat(const std::string& text, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += text;
  return out;
}

}  // namespace

TEST_CASE("figures are those of PyPI's codebleu and of upstream's files") {
  const auto read = FakeHost().read_file("tests/fixtures/similarity/figures.json");
  REQUIRE(read);
  const Value cases = FakeHost().read_json(*read, "figures.json").value()["cases"];
  REQUIRE(cases.list().size() > 30);
  for (const Value& it : cases.list())
    for (const char* variant : {"standard", "paper"}) {
      const auto rows = measured(with_golden(it["golden"].text()), {attempt(it["code"].text(), it["answer"].text())},
                                 options(variant));
      REQUIRE(rows.size() == 5);
      double sum = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        const double wanted = it[variant].list()[i].number();
        CHECK_MESSAGE(std::abs(rows[i + 1].value - wanted) <= 1e-9, it["name"].text(), ", ", variant, ": ",
                      rows[i + 1].tag);
        sum += wanted;
      }
      CHECK(std::abs(rows[0].value - sum / 4) <= 1e-9);
    }
}

TEST_CASE("the last attempt is compared, right or wrong, with the golden or else the reference") {
  const auto same = measured(golden, {attempt("other"), attempt(golden.golden)}, options("standard"));
  REQUIRE(same.size() == 5);
  for (const Measurement& it : same) CHECK(it.value == doctest::Approx(1));
  CHECK(same[0].tag == "CodeBLEU");
  CHECK(same[0].labels["variant"].text() == "standard");
  CHECK(same[0].labels["empty data flow"].integer() == 0);
  CHECK(same[3].labels["empty data flow"].is_null());
  Oracle reference;
  reference.reference = golden.golden;
  CHECK(measured(reference, {attempt(golden.golden)}, options("standard"))[0].value == doctest::Approx(1));
}

TEST_CASE("no code, nothing to compare with, or kept out of scores: no figure") {
  CHECK(measured(golden, {}, options("standard")).empty());
  CHECK(measured(golden, {attempt("", "text")}, options("standard")).empty());
  CHECK(measured(golden, {attempt("text", "")}, options("paper")).empty());
  CHECK(measured({}, {attempt("x = 1")}, options("standard")).empty());
  CHECK(measured(golden, {attempt("x = 1", "", Value().add("not admitted"))}, options("standard")).empty());
}

TEST_CASE("weights and an empty data flow count as told") {
  const Oracle bare = with_golden("pass\n");
  CHECK(measured(bare, {attempt("x = 1\n")}, options("standard"))[4].value == 0);
  const auto one = measured(bare, {attempt("x = 1\n")}, options("standard").set("empty_dataflow", 1));
  CHECK(one[4].value == 1);
  CHECK(one[4].labels["empty data flow"].integer() == 1);
  const auto only = measured(
      golden, {attempt("x = 1\n")},
      options("standard").set("ngram", 0.0).set("weighted_ngram", 0.0).set("dataflow", 0.0).set("syntax", 1.0));
  CHECK(only[0].value == only[3].value);
  CHECK(only[0].labels["weights"].list().size() == 4);
  CHECK(one[0].labels["weights"].is_null());
}

TEST_CASE("what the paper takes of an answer") {
  using similarity::paper_code;
  CHECK(paper_code("no fence") == "no fence");
  CHECK(paper_code("a\n```python\nx\n```\nb\n```python\ny\n```\n") == "x\n\n\ny\n");
  CHECK(paper_code("```py\nx\n```\n") == "```py\nx\n```\n");
  CHECK(paper_code("```python\nx\n") == "```python\nx\n");
}

TEST_CASE("white space is Python's") {
  using similarity::stripped;
  CHECK(stripped("\xE2\x80\x83 x\xC2\xA0\xE3\x80\x80\x1C") == "x");
  CHECK(stripped("\xE2\x80\x8B") == "\xE2\x80\x8B");  // of no width, and no white space
  CHECK(stripped(" \n").empty());
  std::size_t at = 0;
  CHECK(similarity::next_word("a\xC2\x85"
                              "b",
                              at) == "a");
}

TEST_CASE("hostile text costs time in proportion and memory of the golden") {
  for (const char* unit : {"'", "\"\"\"", "\\'", "'\\\n", "/*", "//", "(", ")", "\t\n", "a ", "\xff", "\\", "#", "r'",
                           "\r", " x\n", "\xE2\x80\x83", "'''\\"})
    for (const char* variant : {"standard", "paper"}) {
      const std::string text = repeat(unit, 10'000'000);
      const auto rows = measured(golden, {attempt(text, text)}, options(variant));
      REQUIRE(rows.size() == 5);
      for (const Measurement& it : rows) CHECK((it.value >= 0 && it.value <= 1));
    }
  const std::string nul("def f(x):\0\n    y = x\n\0", 23);
  CHECK(measured(golden, {attempt(nul)}, options("standard"))[0].value > 0);
}
