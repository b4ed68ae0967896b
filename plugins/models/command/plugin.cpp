// Any program as a model: the prompt goes to its standard input, its standard output is the completion.

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "common/known_keys/known_keys.hpp"
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

bool is_program(const std::string& path) {
  std::error_code gone;
  return std::filesystem::is_regular_file(path, gone) && ::access(path.c_str(), X_OK) == 0;
}

/// Whether the program can be started as the host will: with a slash as a path, without one from PATH.
bool can_start(const std::string& program) {
  if (program.find('/') != std::string::npos) return is_program(program);
  const char* path = std::getenv("PATH");
  const std::string folders = path ? path : "";
  for (std::size_t at = 0; at <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    if (is_program(folders.substr(at, end - at) + "/" + program)) return true;
    at = end + 1;
  }
  return false;
}

Result<std::unique_ptr<ModelBackend>> create(const Config& config, Host& host) {
  const auto argv = config.texts("argv");
  if (argv.empty() || argv.front().empty())
    return wrong(config.map("argv"), "'argv' names no program", "write a list such as [python3, answer.py]");
  const std::string& program = argv.front();
  if (!can_start(program))
    return wrong(config.map("argv"), "model 'command': argv: the program '" + program + "' cannot be started",
                 program.find('/') == std::string::npos ? "no folder of PATH holds it: give its path, or mend PATH"
                                                        : "it must be there and executable: chmod +x makes it so");
  return made<ModelBackend, CommandModel>(config, host);
}

}  // namespace

TOUCHSTONE_PLUGIN(ModelBackend, command, "1.0", "Asks a program of yours, by standard input and output", options,
                  create)
