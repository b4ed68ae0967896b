#pragma once
#include <string>
#include <variant>
#include <vector>

#include "touchstone/attempt.hpp"
#include "touchstone/result.hpp"
#include "touchstone/task.hpp"

namespace touchstone {

/// A program to run: argv[0] is looked up in PATH, `input` goes to its standard input. The host runs it, waits at most
/// `seconds`, and hands its standard output to ModelBackend::read.
struct Command {
  std::vector<std::string> argv;
  std::string input;
  double seconds{60};
};

/// What to do for an answer: nothing (the answers are here), or run a program. Network requests join with their issue.
using Ask = std::variant<std::vector<Completion>, Command>;

/// Which draws of a task are wanted: `count` of them from `first` on. `seed` is for sampling, not for inputs.
struct Draws {
  int first{0};
  int count{1};
  std::uint64_t seed{0};
};

/// A model says what to send and reads what came back; the host owns processes, connections, retries and keys.
/// All functions may be called from several threads at once.
class ModelBackend {
 public:
  virtual ~ModelBackend() = default;
  /// Who answers, for the record and the content key: model name, file and its hash, version.
  virtual Value identity() const = 0;
  /// How many answers it has for a task (replay), or -1 when it can be asked for any number.
  virtual int answers(const Task&) const { return -1; }
  virtual Result<Ask> ask(const Task& task, const Prompt& prompt, const Draws& draws) const = 0;
  /// Reads a command's standard output; only called after ask gave a Command.
  virtual Result<std::vector<Completion>> read(const std::string&) const {
    return Error{ErrorCode::unavailable, "this model runs no command"};
  }
};

}  // namespace touchstone
