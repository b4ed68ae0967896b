// Any program as a model: the prompt goes to its standard input, its standard output is the completion.

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

constexpr Option options[] = {
    {.key = "argv",
     .type = OptionType::texts,
     .help = "the program and its arguments; no shell reads them",
     .required = true},
    {.key = "input",
     .type = OptionType::choice,
     .help = "what the program reads: one line of JSON, or the prompt's text",
     .fallback = "json",
     .choices = "json|text"},
    {.key = "timeout",
     .type = OptionType::duration,
     .help = "how long one answer may take",
     .fallback = "60s",
     .least = 0.1,
     .unit = "s"},
};

class CommandModel : public ModelBackend {
 public:
  CommandModel(const Config& config, Host& host)
      : argv_(config.texts("argv")),
        json_(config.text("input") == "json"),
        seconds_(config.real("timeout")),
        host_(host) {}

  Value identity() const override {
    Value words{Value::List{}};
    for (const std::string& word : argv_) words.add(word);
    return Value{}.set("name", "command").set("argv", words).set("input", json_ ? "json" : "text");
  }

  Result<Ask> ask(const Task& task, const Prompt& prompt, const Draws& draws) const override {
    return Ask(Command{argv_, json_ ? json(task, prompt, draws) : text(prompt), seconds_});
  }

  Result<std::vector<Completion>> read(const std::string& output) const override {
    Completion out;
    out.text = output;
    out.origin.set("command", argv_.front());
    return std::vector<Completion>{std::move(out)};
  }

 private:
  static std::string text(const Prompt& prompt) {
    return prompt.system.empty() ? prompt.text : prompt.system + "\n\n" + prompt.text;
  }

  /// Only what a candidate may know: the question half of the task.
  std::string json(const Task& task, const Prompt& prompt, const Draws& draws) const {
    Value entries{Value::List{}}, out;
    for (const std::string& entry : task.question.entries) entries.add(entry);
    out.set("task", task.question.id).set("entries", entries).set("style", prompt.style);
    out.set("system", prompt.system).set("prompt", prompt.text).set("draw", draws.first);
    out.set("seed", std::to_string(draws.seed));  // text: not every JSON reader keeps 64 bits
    return host_.write_json(out) + "\n";
  }

  std::vector<std::string> argv_;
  bool json_;
  double seconds_;
  Host& host_;
};

Result<std::unique_ptr<ModelBackend>> create(const Config& config, Host& host) {
  const auto argv = config.texts("argv");
  if (argv.empty() || argv.front().empty())
    return Error{ErrorCode::config, "'argv' names no program", "", "write a list such as [python3, answer.py]"};
  return made<ModelBackend, CommandModel>(config, host);
}

}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, command, "1.0", "Asks a program of yours, by standard input and output", options,
                  create)
