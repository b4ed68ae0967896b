// The model that knows the answer: a task's own golden. Whatever it fails is our mistake, not a model's.

#include <algorithm>

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

/// A fenced block whose fence is longer than any run of backquotes in the code.
std::string fenced(const std::string& code) {
  std::size_t longest = 2, run = 0;
  for (const char c : code) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  const std::string fence(longest + 1, '`');
  return fence + "python\n" + code + (code.ends_with('\n') ? "" : "\n") + fence + "\n";
}

class Golden : public ModelBackend {
 public:
  Value identity() const override { return Value{}.set("name", "golden"); }
  int answers(const Task&) const override { return 1; }

  Result<Ask> ask(const Task& task, const Prompt&, const Draws&) const override {
    const bool golden = !task.oracle.golden.empty();
    const std::string& code = golden ? task.oracle.golden : task.oracle.reference;
    Completion out;
    out.origin.set("source", golden ? "golden" : "reference");
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
