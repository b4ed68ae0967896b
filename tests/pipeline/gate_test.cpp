#include "pipeline/gate.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace touchstone;

namespace {

Value record(const char* outcome, Value origin = {}, Value details = {}, const char* reason = "why") {
  Value attempt, launch;
  launch.set("kernel", "add_kernel").set("own", true);
  attempt.set("completion", Value().set("origin", std::move(origin)));
  attempt.set("execution", Value().set("launches", Value().add(launch)));
  attempt.set("verdicts",
              Value().add(Value().set("outcome", outcome).set("reason", reason).set("details", std::move(details))));
  return Value().set("attempts", Value().add(attempt));
}

Value golden(const char* outcome, const char* source = "golden") {
  return record(outcome, Value().set("source", source));
}
Value null_answer(const char* outcome) { return record(outcome, Value().set("answer", "zeros")); }
Value mutant(const char* outcome, const char* edit, Value details = {}, const char* reason = "why") {
  return record(outcome, Value().set("mutation", "compare").set("line", 7).set("edit", edit), std::move(details),
                reason);
}
Value calls(int all, int failed) { return Value().set("calls", all).set("failed", failed); }

Value part(const char* argument, const char* name, Value moved) {
  return Value().set("argument", argument).set("part", name).set("moved", std::move(moved));
}

Value one_case(const Value& x, const Value& y) {
  return Value().set("name", "a case").set("arguments", Value().set("x", x).set("y", y));
}

SelectedTask add_task(const Value& excused = {}) {
  Task task;
  task.question = {"add", {"add"}, {{"simple", "Write add(x, y)."}, {"complex", "add sums x and y."}}, {}};
  task.oracle.golden = "code";
  task.oracle.policy.set("excused", excused).set("dtypes", Value().add("float32").add("float16"));
  for (int i = 0; i < 5; ++i) {
    Value x;
    x.set("tensor", Value().add(7)).set("dtype", i ? "float32" : "float16").set("layout", i ? "contiguous" : "strided");
    task.oracle.cases.set("check",
                          Value(task.oracle.cases["check"]).add(one_case(x, Value().set("tensor", Value().add(7)))));
  }
  return {"operators", task_hash(task), std::make_shared<const Task>(task)};
}

// What an operator leaves that has nothing to hide.
GateEvidence good() {
  GateEvidence out;
  out.secrets = 2;
  out.goldens = {golden("passed"), golden("passed")};
  for (const char* outcome : {"wrong_value", "call_error", "wrong_shape"}) out.nulls.push_back(null_answer(outcome));
  for (int i = 0; i < 6; ++i) out.mutants.push_back(mutant("wrong_value", "a < n → a <= n"));
  out.examined.set("unstable", Value(Value::List{}));
  out.examined.set("parts", Value().add(part("x", "tensor", 12.0)).add(part("y", "last element", 1e9)));
  out.examined.set("parameters", Value().set("add", Value().add("x").add("y")));
  return out;
}

// State and detail of one check.
std::string found(const GateEvidence& evidence, std::string_view check, const Value& excused = {}) {
  const Admission admission = hold_to_gate(add_task(excused), evidence);
  for (const GateFinding& it : admission.findings)
    if (it.check == check) return it.state + ": " + it.detail;
  return "no such check";
}

}  // namespace

TEST_CASE("a task that has nothing to hide is admitted, and says why") {
  const Admission admission = hold_to_gate(add_task(), good());
  CHECK(admission.admitted());
  REQUIRE(admission.findings.size() == gate_checks.size());
  for (std::size_t i = 0; i < gate_checks.size(); ++i) CHECK(admission.findings[i].check == gate_checks[i]);
  CHECK(found(good(), "golden") == "ok: passes under 2 secrets");
  CHECK(found(good(), "kernels") == "ok: add_kernel");
  CHECK(found(good(), "null") == "ok: none of 3 is right");
  CHECK(found(good(), "reference") == "ok: the same bits twice");
  CHECK(found(good(), "inputs") == "ok: 2 of 2 parts move an output");
  CHECK(found(good(), "mutants") == "ok: 6 of 6 caught");
  CHECK(found(good(), "instruction") == "ok: 2 parameters named");
}

TEST_CASE("nothing known of a task admits nothing") {
  const Admission admission = hold_to_gate(add_task(), {});
  for (const GateFinding& it : admission.findings)
    if (it.check != "instruction" && it.check != "unlike" && it.check != "cases")
      CHECK_MESSAGE(it.state == "fail", it.check);
}

TEST_CASE("a golden is right under every secret, and is one") {
  GateEvidence evidence = good();
  evidence.goldens[1] = golden("wrong_value");
  CHECK(found(evidence, "golden") == "fail: wrong_value: why");
  evidence.goldens[1] = golden("not_triton");
  CHECK(found(evidence, "golden") == "ok: passes under 2 secrets");
  CHECK(found(evidence, "kernels") == "fail: not_triton: why");
  Value idle = golden("passed")["attempts"].list()[0];
  evidence.goldens = {Value().set("attempts", Value().add(idle.set("execution", Value())))};
  CHECK(found(evidence, "kernels") == "fail: no kernel of its own ran");
  evidence.goldens[0] = golden("passed", "reference");
  CHECK(found(evidence, "golden").starts_with("fail: there is no golden"));
}

TEST_CASE("a null answer that is right, or has no verdict, fails the cases") {
  GateEvidence evidence = good();
  evidence.nulls[0] = null_answer("not_triton");
  CHECK(found(evidence, "null") == "fail: 'zeros' is right: the cases are too weak");
  evidence.nulls[0] = null_answer("infrastructure");
  CHECK(found(evidence, "null") == "fail: 'zeros' has no verdict (infrastructure: why)");
}

TEST_CASE("a reference repeats, or says why not") {
  GateEvidence evidence = good();
  evidence.examined.set("unstable", Value().add(Value().set("what", "result").set("case", "odd rows")));
  CHECK(found(evidence, "reference") == "fail: result (odd rows) differs from run to run");
  CHECK(found(evidence, "reference", Value().set("nondeterministic", "atomics")) == "excused: varies; atomics");
  evidence.examined = Value().set("reason", "the checker: it died");
  CHECK(found(evidence, "reference") == "fail: the checker: it died");
  CHECK(found(evidence, "inputs") == "fail: not examined");
}

TEST_CASE("every part of the inputs counts, or is excused by its name") {
  GateEvidence evidence = good();
  evidence.examined.set("parts", Value().add(part("x", "last tile", 0.25)).add(part("y", "tensor", 1e9)));
  CHECK(found(evidence, "inputs")
            .starts_with("fail: x, last tile can be ignored: no output moves by more than 0.25 bounds (10 "));
  const Value excused = Value().set("insensitive", Value().set("x, last tile", "padding by contract"));
  CHECK(found(evidence, "inputs", excused) ==
        "excused: 1 of 2 parts move an output; x, last tile: padding by contract");
  evidence.examined.set("parts", Value().add(part("x", "scalar", Value())));
  CHECK(found(evidence, "inputs") == "fail: x, scalar: no case shows it");
}

TEST_CASE("mutants are caught, excused by their edit, or held against the task") {
  GateEvidence evidence = good();
  evidence.mutants[0] = mutant("passed", "b + 1 → b + 2");
  CHECK(found(evidence, "mutants") == "fail: survives: line 7: b + 1 → b + 2");
  const Value excused = Value().set("equivalent", Value().set("b + 1 → b + 2", "b is not used"));
  CHECK(found(evidence, "mutants", excused) == "excused: 5 of 6 caught; line 7: b + 1 → b + 2: b is not used");
  evidence.mutants[0] = mutant("infrastructure", "b + 1 → b + 2");
  CHECK(found(evidence, "mutants", excused).starts_with("fail: line 7: b + 1 → b + 2 has no verdict"));
}

TEST_CASE("a golden with fewer verdicts than secrets is not judged") {
  GateEvidence evidence = good();
  evidence.secrets = 3;
  CHECK(found(evidence, "golden") == "fail: it was judged 2 times, not under 3 secrets");
}

TEST_CASE("calls that told nothing, and inputs of which none was tried, are held against a task") {
  GateEvidence evidence = good();
  evidence.examined.set("notes", Value().add("odd rows: the reference fails here"));
  CHECK(found(evidence, "reference") == "fail: odd rows: the reference fails here");
  evidence.examined.set("parts", Value(Value::List{}));
  CHECK(found(evidence, "inputs") == "fail: no part of them was found to count");
}

TEST_CASE("cases cover what the policy and the signature promise") {
  CHECK(found(good(), "cases") == "ok: 5 check cases, every dtype and argument");
  const auto cases_of = [](const std::function<void(Task&)>& change) {
    SelectedTask selected = add_task();
    Task task = *selected.task;
    change(task);
    selected.task = std::make_shared<const Task>(task);
    const GateFinding finding = hold_to_gate(selected, good()).findings[4];
    return finding.state + ": " + finding.detail;
  };
  const Value plain = Value().set("tensor", Value().add(7));
  CHECK(cases_of([&](Task& task) { task.oracle.cases.set("check", Value().add(one_case(plain, Value()))); }) ==
        "fail: 1 check case; 5 are asked for; float16 is in the policy, no case has it; no tensor is other than "
        "contiguous "
        "(layout: …) and 1 more");
  CHECK(cases_of([&](Task& task) { task.oracle.policy.set("dtypes", Value().add("int8")); }) ==
        "fail: int8 is in the policy, no case has it");
  CHECK(cases_of([](Task& task) { task.oracle.cases = {}, task.oracle.program = "code"; }) ==
        "ok: its test is a program");
  GateEvidence evidence = good();
  evidence.examined.set("parameters", Value().set("add", Value().add("x").add("scale")));
  CHECK(found(evidence, "cases") == "fail: no case gives add's scale");
}

TEST_CASE("what survives on one family and is caught on another is caught, and said so") {
  GateEvidence evidence = good();
  const auto drawn = [](Value record, int draw) { return record.set("draw", draw); };
  evidence.mutants[0] = drawn(mutant("passed", "a → b"), 0);
  evidence.elsewhere = {drawn(mutant("call_error", "a → b", calls(9, 2)), 0)};
  CHECK(survivors(*add_task().task, evidence) == std::vector<int>{0});
  CHECK(found(evidence, "mutants") == "ok: 6 of 6 caught, 1 of them on another family of devices");
  evidence.elsewhere = {drawn(mutant("infrastructure", "a → b"), 0), drawn(mutant("wrong_value", "a → b"), 1)};
  CHECK(found(evidence, "mutants") == "fail: survives: line 7: a → b");
}

TEST_CASE("excuses are all told, and do not make up for mutants that are caught") {
  GateEvidence evidence = good();
  Value excused;
  for (std::size_t i = 0; i < 4; ++i) {
    evidence.mutants.push_back(mutant("passed", ("a → " + std::to_string(i)).c_str()));
    excused.set("a → " + std::to_string(i), "why " + std::to_string(i));
  }
  const std::string told = found(evidence, "mutants", Value().set("equivalent", excused));
  CHECK(told.starts_with("excused: 6 of 10 caught"));
  for (std::size_t i = 0; i < 4; ++i) CHECK(told.find("why " + std::to_string(i)) != std::string::npos);
  evidence.mutants.erase(evidence.mutants.begin(), evidence.mutants.begin() + 2);
  CHECK(found(evidence, "mutants", Value().set("equivalent", excused)) ==
        "fail: only 4 mutants of its golden caught; 5 are asked for");
}

TEST_CASE("a mutant that never ran says nothing of the cases") {
  GateEvidence evidence = good();
  evidence.mutants[0] = mutant("load_error", "a → b");
  evidence.mutants[1] = mutant("call_error", "a → b", calls(9, 9));
  CHECK(found(evidence, "mutants") == "fail: only 4 mutants of its golden caught; 5 are asked for");
  CHECK(hold_to_gate(add_task(), evidence).mutants.stillborn == 2);
  evidence.mutants[1] = mutant("call_error", "a → b", calls(9, 3));
  CHECK(found(evidence, "mutants") == "ok: 5 of 5 caught");
  evidence.mutants[1] = mutant("call_error", "a → b", calls(9, 9), "it stores outside every tensor");
  CHECK(found(evidence, "mutants") == "ok: 5 of 5 caught");
}

TEST_CASE("an instruction names entries in every style and parameters in some, as words") {
  GateEvidence evidence = good();
  evidence.examined.set("parameters", Value().set("add", Value().add("x").add("s")));
  CHECK(found(evidence, "instruction") == "fail: none speaks of add's s");
  SelectedTask selected = add_task();
  Task task = *selected.task;
  task.question.instructions["simple"] = "Sum x and y by add_all.";
  selected.task = std::make_shared<const Task>(task);
  const Admission admission = hold_to_gate(selected, good());
  CHECK(admission.findings[7].detail == "'simple' does not name add");
}

TEST_CASE("two tasks of one golden are one task twice") {
  GateEvidence evidence = good();
  evidence.twins = {"sum"};
  CHECK(found(evidence, "unlike") == "fail: its golden is that of sum");
}

TEST_CASE("what the gate keeps holds for the task as it was seen, on any family") {
  const SelectedTask selected = add_task();
  GateEvidence evidence = good();
  evidence.nulls[0] = null_answer("passed");
  evidence.twins = {"sum"};
  Task task = *selected.task;
  CHECK(kept_out(task).empty());
  CHECK(gate_text(task).empty());
  task.admission.set("cpu", kept_value(hold_to_gate(selected, good())));
  CHECK(kept_out(task).empty());
  CHECK(gate_text(task) == "admitted (cpu)");
  task.admission.set("npu", kept_value(hold_to_gate(selected, evidence)));
  CHECK(kept_out(task) == "null, unlike");
  CHECK(gate_text(task) == "kept out (null, unlike)");
  task.oracle.golden = "other code";
  CHECK(kept_out(task) == "changed since the gate saw it");
  CHECK(gate_text(task) == "kept out (changed since the gate saw it)");
}
