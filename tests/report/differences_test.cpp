#include "report/differences.hpp"

#include <doctest/doctest.h>

using namespace touchstone;

namespace {

Value verdict(const char* judge, const std::string& outcome, const char* phase = "compare", const char* reason = "so") {
  Value out;
  return out.set("judge", judge)
      .set("outcome", outcome)
      .set("phase", phase)
      .set("reason", reason)
      .set("details", Value().set("prints", false));
}

std::string why(const char* paper, const char* strict) {
  return why_they_differ(verdict("paper", paper), verdict("strict", strict));
}

std::string why_fails(const char* phase, const char* reason, bool other_text) {
  Value paper = verdict("paper", "call_error", phase, reason), details = paper["details"];
  if (other_text) paper.set("details", details.set("candidate", Value().set("sha256", "ab")));
  return why_they_differ(paper, verdict("strict", "passed"));
}

Value record(const char* task, std::vector<Value> verdicts) {
  Value list{Value::List{}}, out;
  for (Value& each : verdicts) list.add(std::move(each));
  out.set("suite", "s").set("task", task).set("model", "m").set("prompt", "simple").set("draw", 0);
  return out.set("attempts", Value().add(Value().set("verdicts", list)));
}

}  // namespace

TEST_CASE("why paper passes what strict does not") {
  CHECK(why("passed", "wrong_value") == "the test prints no values: whatever ends well passes");
  Value printing = verdict("paper", "passed");
  printing.set("details", Value().set("prints", true));
  CHECK(why_they_differ(printing, verdict("strict", "wrong_value")) == "the test prints too little to show it");
  CHECK(why("passed", "not_triton").find("a library computed it") != std::string::npos);
  CHECK(why("passed", "no_entry") == "nothing of the candidate's is needed for the test to end well");
  CHECK(why("passed", "call_error").find("a call fails that the test does not make") == 0);
  CHECK(why("passed", "not_judged") == "strict does not judge this task");
}

TEST_CASE("why strict passes what paper does not") {
  CHECK(why_fails("load", "SyntaxError: x", true) == "paper takes other text for the code, and that does not load");
  CHECK(why_fails("call", "NameError: x", true) == "paper takes other text for the code, and a name is missing");
  CHECK(why_fails("call", "NameError: x", false) == "the test needs a name that the candidate does not bring");
  CHECK(why_fails("load", "NameError: x", false) == "the test needs a name that the candidate does not bring");
  CHECK(why_fails("load", "ValueError: x", false) == "the candidate's text does not run as a script");
  CHECK(why_fails("call", "ValueError: x", false) == "the test's own text fails with this candidate");
  CHECK(why("timeout", "passed") == "the whole program takes longer than its limit");
  CHECK(why("wrong_value", "passed") == "the candidate prints something, the golden nothing");
  Value details = Value().set("golden prints", true);
  const auto why_wrong = [&] {
    return why_they_differ(verdict("paper", "wrong_value").set("details", details), verdict("strict", "passed"));
  };
  CHECK(why_wrong() == "the candidate prints otherwise what strict finds near enough");
  details.set("golden repeats", false);
  CHECK(why_wrong() == "the golden does not print the same twice: nobody can match it");
  CHECK(why("infrastructure", "passed") == "a failure of ours");
  CHECK(why("not_judged", "passed") == "paper does not judge this task here");
}

TEST_CASE("only samples with both verdicts are compared, and two that failed are alike") {
  Differences differences;
  differences.add(record("alone", {verdict("strict", "passed")}));
  CHECK(differences.empty());
  differences.add(record("same", {verdict("strict", "passed"), verdict("paper", "passed")}));
  differences.add(record("failed", {verdict("strict", "no_entry"), verdict("paper", "call_error")}));
  differences.add(record("off", {verdict("strict", "wrong_value", "compare", "off by 1"), verdict("paper", "passed")}));
  CHECK(differences.compared() == 3);
  REQUIRE(differences.all().size() == 1);
  CHECK(differences.all()[0].task == "off");
  CHECK(differences.all()[0].said == "off by 1");
  CHECK(differences.json()["agreed"].integer() == 2);
  CHECK(differences.json()["reasons"]["the test prints no values: whatever ends well passes"].integer() == 1);
}

TEST_CASE("what is said is said by the judge that found the worse") {
  Differences differences;
  differences.add(record("a", {verdict("strict", "passed", "compare", "all 2 calls within the bound"),
                               verdict("paper", "call_error", "call", "NameError: torch")}));
  REQUIRE(differences.all().size() == 1);
  CHECK(differences.all()[0].said == "NameError: torch");
}
