#include "extraction.hpp"

#include <algorithm>

#include "common/python_syntax/python_syntax.hpp"

namespace touchstone::tritonbench {
namespace {

void remove_all(std::string& text, std::string_view what) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos;) text.erase(at, what.size());
}

/// A function that stood deeper keeps its indentation, under a condition that holds: so no text in it changes.
void append_function(std::string& out, std::string_view code, const python::Statement& function) {
  const std::size_t line = code.substr(0, function.begin).rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view indent = code.substr(line, function.begin - line);
  if (!indent.empty()) out.append("if True:\n").append(indent);
  out.append(code.substr(function.begin, function.end - function.begin)).append("\n");
}

}  // namespace

std::string extract_t(std::string_view completion) {
  constexpr std::string_view fence = "```python";
  const std::size_t last = completion.rfind(fence);
  if (last == std::string_view::npos) return std::string(completion);
  std::string code(completion.substr(last + fence.size()));
  for (const std::string_view token : {"<|im_end|>", "<|EOT|>"}) remove_all(code, token);
  return code;
}

std::string extract_g(std::string_view completion) {
  const std::string code = extract_t(completion);
  if (!python::is_indented(code)) return code;
  std::vector<python::Statement> found = python::statements(code);
  std::ranges::stable_sort(found, {}, &python::Statement::depth);
  std::string out;
  for (const python::Statement& one : found)
    if (one.kind == python::Kind::import) out.append(code, one.begin, one.end - one.begin).append("\n");
  out += "\n";
  for (const python::Statement& one : found)
    if (one.kind == python::Kind::function) append_function(out, code, one);
  return out;
}

}  // namespace touchstone::tritonbench
