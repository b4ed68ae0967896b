#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

class Sums : public OperatorSuite {
 public:
  Value identity() const override { return Value().set("name", "sums").set("version", "1.0"); }
  Result<None> tasks(const std::function<bool(Task)>& take) const override {
    const Value tensor = Value().set("tensor", Value().add(7)).set("draw", "normal");
    for (const std::string id : {"double", "triple"}) {
      Task task;
      task.question = {id, {id}, {{"simple", "Write " + id + "(x), the " + id + " of a tensor."}}, {}};
      task.oracle.reference = "def " + id + "(x):\n    return x * " + (id == "double" ? "2" : "3") + "\n";
      const Value call = Value().set("name", "seven").set("arguments", Value().set("x", tensor));
      task.oracle.cases.set("check", Value().add(call));
      task.protocols = {{"strict", "calls"}};
      if (!take(std::move(task))) break;
    }
    return None{};
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(OperatorSuite, sums, "1.0", "Two small sums", no_options,
                  [](const Config&, Host&) { return made<OperatorSuite, Sums>(); })
