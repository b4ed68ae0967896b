#include "pipeline/generate.hpp"

#include <fmt/format.h>

#include "host/guard.hpp"
#include "pipeline/prompt.hpp"
#include "util/command.hpp"

namespace touchstone {
namespace {

Completion failed(std::string finish, const Error& error) {
  Completion out;
  out.finish = std::move(finish);
  out.detail = error.what + (error.hint.empty() ? "" : " (" + error.hint + ")");
  return out;
}

Result<std::vector<Completion>> run(const Command& command, const NamedModel& model) {
  auto reply = run_command({command.argv, own_environment(), command.input, {}}, within(command.seconds));
  if (!reply) return reply.error();
  if (reply->exit.signal || reply->exit.code)
    return Error{ErrorCode::worker, fmt::format("{} ended with {}", command.argv.front(), describe(reply->exit)),
                 model.name, reply->error_tail};
  return guarded(model.name, [&] { return model.plugin->read(reply->output); });
}

}  // namespace

Completion generate(const Task& task, const Prompt& prompt, const NamedModel& model, int draw, std::uint64_t seed) {
  const Draws draws{draw, 1, seed};
  const auto ask = guarded(model.name, [&] { return model.plugin->ask(task, prompt, draws); });
  if (!ask) return failed("error", ask.error());
  auto completions = std::holds_alternative<Command>(*ask)
                         ? run(std::get<Command>(*ask), model)
                         : Result<std::vector<Completion>>(std::get<std::vector<Completion>>(*ask));
  if (!completions) return failed("error", completions.error());
  if (completions->empty())
    return failed("empty", {ErrorCode::unavailable, model.name + " has no answer to this task"});
  Completion completion = std::move(completions->front());
  if (completion.finish == "stop" && completion.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    completion.finish = "empty";
    completion.detail = "the answer is empty";
  }
  return completion;
}

Completion answer(const PlannedSample& sample, std::uint64_t seed) {
  const auto prompt = make_prompt(*sample.task, sample.style);
  if (!prompt) return {"", "", "error", prompt.error().what, {}, {}};
  return generate(*sample.task, *prompt, *sample.model, sample.draw, seed);
}

}  // namespace touchstone
