// @name@: tasks. operators/README.md says what `cases` and `policy` may hold.
#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

class Plugin : public OperatorSuite {
 public:
  Value identity() const override { return Value().set("name", "@name@").set("version", "0.1"); }

  Result<None> tasks(const std::function<bool(Task)>& take) const override {
    Task task;
    task.question = {"twice", {"twice"}, {{"simple", "Write twice(x), which doubles a tensor."}}, {}};
    task.oracle.reference = "def twice(x):\n    return x * 2\n";
    const Value tensor = Value().set("tensor", Value().add(7)).set("draw", "normal");
    task.oracle.cases.set(
        "check", Value().add(Value().set("name", "seven").set("arguments", Value().set("x", tensor))));
    task.protocols = {{"strict", "calls"}};
    take(std::move(task));
    return None{};
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(OperatorSuite, @name@, "0.1", "One task", no_options,
                  [](const Config&, Host&) { return made<OperatorSuite, Plugin>(); })
