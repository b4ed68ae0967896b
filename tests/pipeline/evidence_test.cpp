#include "pipeline/evidence.hpp"

#include <doctest/doctest.h>

using namespace touchstone;

namespace {

Execution own_kernel() {
  Execution execution;
  for (int call : {0, 1}) execution.launches.push_back({"kernel", "", Value().set("call", call), 1, true, false});
  return execution;
}

Value op(int call, const char* name, double work, bool compute) {
  return Value().set("call", call).set("op", name).set("work", work).set("compute", compute);
}

Value kernel(int call, double seconds, bool own, Value started_by) {
  return Value().set("call", call).set("name", "gemm").set("seconds", seconds).set("own", own).set("op", started_by);
}

const std::vector<CallVerdict> calls{{0, "passed", "", {}, false, 1000.0},
                                     {1, "passed", "", {}, false, 10.0, "softmax (odd rows)"}};

}  // namespace

TEST_CASE("own kernels and no library work stay passed") {
  Execution execution = own_kernel();
  execution.library.add(op(0, "aten.empty_like", 1000, false));
  execution.library.add(op(0, "aten.mul", 100, true));
  CHECK_FALSE(examine({}, execution, calls));
}

TEST_CASE("a library that does more than a tenth of one call's work is not Triton, whatever else ran") {
  const std::vector<CallVerdict> large{{0, "passed", "", {}, false, 1e7},
                                       {1, "passed", "", {}, false, 1e5, "softmax (odd rows)"}};
  Execution execution = own_kernel();
  execution.library.add(op(1, "aten._softmax", 11000, true));
  const auto found = examine({}, execution, large);
  REQUIRE(found);
  CHECK(found->outcome == "not_triton");
  CHECK(found->reason == "right, but aten._softmax did 11 % of the reference's work in call 1, softmax (odd rows)");
  Task task;
  task.oracle.policy.set("allow", Value().add("aten._softmax"));
  CHECK_FALSE(examine(task, execution, large));
}

TEST_CASE("library work of a few elements counts in all calls' sum alone") {
  Execution execution = own_kernel();
  execution.library.add(op(1, "aten.sum", 10, true));
  CHECK_FALSE(examine({}, execution, calls));  // 1 % of all, though all of call 1
  execution.library.add(op(0, "aten.sum", 120, true));
  CHECK(examine({}, execution, calls)->reason ==
        "right, but aten.sum did 13 % of the reference's work in all calls together");
}

TEST_CASE("every call that had something to compute needs an own kernel, unless the task launches none by nature") {
  CHECK(examine({}, {}, calls)->reason == "right, but no kernel of its own ran in call 0");
  Execution token = own_kernel();
  token.launches.pop_back();
  CHECK(examine({}, token, calls)->reason == "right, but no kernel of its own ran in call 1, softmax (odd rows)");
  CHECK_FALSE(examine({}, token, {calls[0], {1, "passed", "", {}, true, 10.0}}));  // it raised, as it must
  CHECK_FALSE(examine({}, token, {calls[0], {1, "passed", "", {}, false, 0.0}}));  // nothing to compute
  Task views;
  views.oracle.policy.set("work", "none");
  CHECK_FALSE(examine(views, {}, calls));
}

TEST_CASE("a call whose results hold one value needs no kernel, if another's do not") {
  Execution token = own_kernel();
  token.launches.pop_back();
  CHECK_FALSE(examine({}, token, {calls[0], {1, "passed", "", {}, false, 10.0, "", true}}));
  CHECK(examine({}, token, {{1, "passed", "", {}, false, 10.0, "", true}})->outcome == "not_triton");
}

namespace {

Value memory(int call, double written, double made, double foreign, double loaded) {
  Value out;
  out.set("call", call).set("written", written).set("made", made).set("foreign", foreign);
  return out.set("loaded", loaded);
}

}  // namespace

TEST_CASE("results that no kernel made, and what kernels computed from unseen data, are not Triton") {
  Execution execution = own_kernel();
  execution.memory.add(memory(0, 1000, 1000, 0, 0)).add(memory(1, 100, 100, 0, 100));
  CHECK_FALSE(examine({}, execution, calls));  // a table of a few numbers
  execution.memory.add(memory(0, 0, 0, 0, 1000));
  CHECK(examine({}, execution, calls)->reason.find("computed from data that no argument") != std::string::npos);
  execution.memory = Value().add(memory(0, 1000, 500, 500, 0));
  CHECK(examine({}, execution, calls)->reason.find("50 % of its results were written by neither") != std::string::npos);
  execution.memory = Value().add(memory(0, 1000, 1000, 0, 0)).add(memory(1, 100, 0, 0, 0));
  CHECK(examine({}, execution, calls)->reason ==
        "right, but no kernel made anything of what came of call 1, softmax (odd rows)");
}

TEST_CASE("on a device a foreign kernel, an unseen own one and a silenced log count") {
  Execution execution = own_kernel();
  execution.kernels.add(kernel(0, 1, true, {})).add(kernel(1, 1, true, {}));
  CHECK_FALSE(examine({}, execution, calls));
  execution.kernels.add(kernel(0, 0.5, false, "aten.fill_").set("moves", true));
  CHECK(examine({}, execution, calls)->reason ==
        "right, but kernel gemm is not its own and took 20 % of its device time");
  execution.library.add(op(0, "aten.zeros", 0, false).set("again", true));  // the log was at work: fill_ is its zeros
  CHECK_FALSE(examine({}, execution, calls));
  execution.kernels.add(kernel(0, 0.5, false, "aten.mm"));  // no move, and the log does not know it
  CHECK(examine({}, execution, calls)->outcome == "not_triton");
  execution.library.add(op(0, "aten.mm", 1, true).set("again", true));
  CHECK_FALSE(examine({}, execution, calls));
  execution.kernels.add(kernel(0, 0.5, false, {}));
  CHECK(examine({}, execution, calls)->reason ==
        "right, but kernel gemm is not its own and took 14 % of its device time");
  execution.kernels = Value().add(kernel(0, 1, true, {}));
  CHECK(examine({}, execution, calls)->reason == "right, but no kernel of its own ran in call 1, softmax (odd rows)");
}

TEST_CASE("a race is a wrong value, a kernel that does not compile a load error") {
  Execution execution = own_kernel();
  execution.proof.add(Value().set("kernel", "k").set("target", "sm_80").set("ok", false).set("reason", "bad type"));
  CHECK(examine({}, execution, calls)->outcome == "load_error");
  execution.races.add("programs 0 and 1 of k both store to x");
  CHECK(examine({}, execution, calls)->outcome == "wrong_value");
}
