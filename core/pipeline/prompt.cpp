#include "pipeline/prompt.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace touchstone {
namespace {

constexpr const char* system_text =
    "You write GPU kernels in Triton. Answer with one Python code block that is a whole module: imports, kernels and "
    "the requested functions. The computation must be done by your own Triton kernels.";

}  // namespace

Result<Prompt> make_prompt(const Task& task, const std::string& style) {
  const auto found = task.question.instructions.find(style);
  if (found == task.question.instructions.end())
    return Error{ErrorCode::config, fmt::format("task '{}' has no instruction in style '{}'", task.question.id, style),
                 task.origin["file"].text(), "choose another style under prompts"};
  std::string text = found->second;
  text += fmt::format("\n\nDefine: {}.\n", fmt::join(task.question.entries, ", "));
  return Prompt{style, system_text, std::move(text)};
}

}  // namespace touchstone
