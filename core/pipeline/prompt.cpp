#include "pipeline/prompt.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace touchstone {
Result<Prompt> make_prompt(const Task& task, const std::string& style) {
  const auto found = task.question.instructions.find(style);
  if (found == task.question.instructions.end())
    return Error{ErrorCode::config, fmt::format("task '{}' has no instruction in style '{}'", task.question.id, style),
                 task.origin["file"].text(), "choose another style under prompts"};
  std::string text = found->second;
  text += fmt::format("\n\nDefine: {}.\n", fmt::join(task.question.entries, ", "));
  return Prompt{style, "", std::move(text)};
}

}  // namespace touchstone
