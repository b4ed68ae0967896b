// The model that knows the answer: a task's own golden. Whatever it fails is our mistake, not a model's.

#include "touchstone/plugin.hpp"
#include "common/fence/fence.hpp"

using namespace touchstone;

namespace {

class Golden : public ModelBackend {
 public:
  Value identity() const override { return Value{}.set("name", "golden"); }
  int answers(const Task&) const override { return 1; }

  Result<Ask> ask(const Task& task, const Prompt&, const Draws&) const override {
    const bool golden = !task.oracle.golden.empty();
    const std::string& code = golden ? task.oracle.golden : task.oracle.reference;
    Completion out;
    out.origin.set("source", golden ? "golden" : "reference");
    if (!golden) out.origin.set("note", "its reference: the task has no golden");
    if (code.empty()) {
      out.finish = "empty";
      out.detail = "the task ships neither a golden nor a reference";
    } else {
      out.text = fenced(code);
    }
    return Ask(std::vector<Completion>{std::move(out)});
  }
};

}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, golden, "1.0", "Answers with each task's own golden, to test the bench", no_options,
                  [](const Config&, Host&) { return made<ModelBackend, Golden>(); })
