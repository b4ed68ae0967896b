// The model that is nearly right: a task's own golden with one fault. A task whose cases let it pass is too weak.

#include <algorithm>

#include "common/fence/fence.hpp"
#include "common/python_syntax/mutants.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

constexpr Option options[] = {{.key = "most",
                               .type = OptionType::integer,
                               .help = "how many mutants of each golden at most; fewer where its kernels are small",
                               .fallback = "12",
                               .least = 1,
                               .most = 200}};

class Mutant : public ModelBackend {
 public:
  explicit Mutant(std::size_t most) : most_(most) {}

  Value identity() const override {
    return Value{}
        .set("name", "mutant")
        .set("most", static_cast<std::int64_t>(most_))
        .set("generator", python::mutants_version);
  }

  /// One draw says so where there is nothing to mutate.
  int answers(const Task& task) const override {
    return std::max(1, static_cast<int>(python::mutants(task.oracle.golden, most_).size()));
  }

  Result<Ask> ask(const Task& task, const Prompt&, const Draws& draws) const override {
    const auto mutants = python::mutants(task.oracle.golden, most_);
    std::vector<Completion> out;
    if (mutants.empty() && draws.first == 0) out.push_back(nothing(task));
    for (int draw = draws.first; draw < draws.first + draws.count && draw < static_cast<int>(mutants.size()); ++draw) {
      const python::Mutant& mutant = mutants[static_cast<std::size_t>(draw)];
      Completion completion;
      completion.text = fenced(mutant.code);
      completion.origin.set("mutation", mutant.kind).set("line", mutant.line).set("edit", mutant.edit);
      out.push_back(std::move(completion));
    }
    return Ask(std::move(out));
  }

 private:
  static Completion nothing(const Task& task) {
    Completion out;
    out.finish = "empty";
    out.detail = task.oracle.golden.empty() ? "the task ships no golden to mutate"
                                            : "the task's golden has no kernel (@triton.jit) with anything to mutate";
    return out;
  }

  std::size_t most_;
};

}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, mutant, "1.0", "Answers with faulty versions of each task's golden; none may pass",
                  options, [](const Config& config, Host&) {
                    return made<ModelBackend, Mutant>(static_cast<std::size_t>(config.integer("most")));
                  })
