#include "pipeline/twins.hpp"

#include <algorithm>

#include "host/guard.hpp"

namespace touchstone {
namespace {

std::string shape_of(const Task& task, const Runtime& runtime) {
  if (task.oracle.golden.empty()) return "";
  const auto facts = guarded("the runtime", [&] { return runtime.inspect(task.oracle.golden, task.question); });
  return facts ? facts->findings["shape"].text() : "";
}

}  // namespace

void add_shapes(OperatorSuite& suite, const std::string& from, const Runtime& runtime, Shapes& shapes) {
  const auto take = [&](const Task& task) {
    if (const std::string shape = shape_of(task, runtime); !shape.empty())
      shapes[shape].push_back(from + task.question.id);
    return true;
  };
  (void)guarded(
      "the suite", [&] { return suite.tasks(take); }, "tasks");  // one that cannot be read was told before
}

std::vector<std::string> twins_of(const Task& task, const Runtime& runtime, const Shapes& shapes) {
  const auto same = shapes.find(shape_of(task, runtime));
  std::vector<std::string> out = same == shapes.end() ? std::vector<std::string>{} : same->second;
  std::erase_if(out, [&](const std::string& name) {  // itself, and the same operator elsewhere
    return name == task.question.id || name.ends_with("/" + task.question.id);
  });
  return out;
}

}  // namespace touchstone
