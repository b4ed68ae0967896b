// Six answers that know nothing. Promise 1 of the project: none of them passes any task of any suite.

#include <algorithm>
#include <array>

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

/// What an entry returns for its first tensor `x` (a tensor of one element where no argument is one).
struct Answer {
  std::string_view name, body;
};
constexpr std::array<Answer, 6> answers{{
    {"none", "return None"},
    {"zeros", "return torch.zeros_like(x)"},
    {"first", "return x"},
    {"random", "return torch.rand(x.shape, device=x.device).to(x.dtype)"},
    {"constant", "return torch.full_like(x, 1)"},
    {"raises", "raise NotImplementedError('a null answer')"},
}};

constexpr std::string_view head = R"(import torch


def _first_tensor(args, kwargs):
    for value in (*args, *kwargs.values()):
        if isinstance(value, torch.Tensor):
            return value
    return torch.zeros(1)
)";

constexpr Option options[] = {
    {.key = "answers",
     .type = OptionType::texts,
     .help = "which null answers to give, one a draw: none, zeros, first, random, constant, raises",
     .fallback = "[none, zeros, first, random, constant, raises]"}};

class Null : public ModelBackend {
 public:
  explicit Null(std::vector<const Answer*> chosen) : chosen_(std::move(chosen)) {}

  Value identity() const override {
    Value names{Value::List{}};
    for (const Answer* it : chosen_) names.add(it->name);
    return Value{}.set("name", "null").set("answers", names);
  }

  int answers(const Task&) const override { return static_cast<int>(chosen_.size()); }

  Result<Ask> ask(const Task& task, const Prompt&, const Draws& draws) const override {
    std::vector<Completion> out;
    for (int draw = draws.first; draw < draws.first + draws.count && draw < answers(task); ++draw) {
      const Answer& answer = *chosen_[static_cast<std::size_t>(draw)];
      Completion completion;
      completion.text = "```python\n" + code(task.question.entries, answer) + "```\n";
      completion.origin.set("answer", answer.name);
      out.push_back(std::move(completion));
    }
    return Ask(std::move(out));
  }

 private:
  static std::string code(const std::vector<std::string>& entries, const Answer& answer) {
    std::string out(head);
    for (const std::string& entry : entries)
      out += "\n\ndef " + entry + "(*args, **kwargs):\n    x = _first_tensor(args, kwargs)\n    " +
             std::string(answer.body) + "\n";
    return out;
  }

  std::vector<const Answer*> chosen_;
};

Result<std::unique_ptr<ModelBackend>> create(const Config& config, Host&) {
  std::vector<const Answer*> chosen;
  for (const Value& item : config.map("answers").list()) {
    const auto it =
        std::find_if(answers.begin(), answers.end(), [&](const Answer& a) { return a.name == item.text(); });
    if (it == answers.end())
      return Error{ErrorCode::config, "there is no null answer '" + item.text() + "'",
                   item.place.file + ":" + std::to_string(item.place.line) + ":" + std::to_string(item.place.column),
                   "choose of none, zeros, first, random, constant, raises"};
    chosen.push_back(&*it);
  }
  if (chosen.empty())
    return Error{ErrorCode::config, "'answers' is empty", "", "name at least one, or leave the option out for all six"};
  return made<ModelBackend, Null>(std::move(chosen));
}

}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, null, "1.0", "Gives answers that know nothing; none may ever pass", options, create)
