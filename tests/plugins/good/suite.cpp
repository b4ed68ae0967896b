// The smallest suite: one task.
#include "touchstone/plugin.hpp"

namespace {
using namespace touchstone;

struct One : OperatorSuite {
  Value identity() const override { return Value().set("version", "1"); }
  Result<None> tasks(const std::function<bool(Task)>& take) const override {
    Task task;
    task.question = {"add", {"add"}, {{"simple", "Add two tensors."}}, {}};
    task.oracle.reference = "def add(x, y):\n    return x + y\n";
    task.protocols = {{"strict", "calls"}};
    take(std::move(task));
    return None{};
  }
};
}  // namespace

TOUCHSTONE_PLUGIN(OperatorSuite, one, "1.0", "One task", no_options,
                  [](const Config&, Host&) { return made<OperatorSuite, One>(); })
