#include "pipeline/extract.hpp"

#include <optional>

#include "host/guard.hpp"

namespace touchstone {
namespace {

struct Fence {
  std::size_t indent{0}, length{0};
  char sign{0};
  std::string_view after;
};

std::optional<Fence> read_fence(std::string_view line) {
  Fence fence;
  while (fence.indent < line.size() && (line[fence.indent] == ' ' || line[fence.indent] == '\t')) ++fence.indent;
  line.remove_prefix(fence.indent);
  if (line.empty() || (line[0] != '`' && line[0] != '~')) return {};
  fence.sign = line[0];
  while (fence.length < line.size() && line[fence.length] == fence.sign) ++fence.length;
  fence.after = line.substr(fence.length);
  if (fence.length < 3) return {};
  if (fence.sign == '`' && fence.after.find('`') != std::string_view::npos) return {};  // inline code, not a fence
  return fence;
}

bool closes(const Fence& fence, const Fence& open) {
  return fence.sign == open.sign && fence.length >= open.length &&
         fence.after.find_first_not_of(" \t\r") == std::string_view::npos;
}

// Drops as much leading blank space as the opening fence had, so that a block in a list item is not indented code.
std::string_view undented(std::string_view line, std::size_t indent) {
  std::size_t i = 0;
  while (i < indent && i < line.size() && (line[i] == ' ' || line[i] == '\t')) ++i;
  return line.substr(i);
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

std::string_view without_reasoning(std::string_view text) {
  constexpr std::string_view open = "<think>", close = "</think>";
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start != std::string_view::npos && text.substr(start).starts_with(open)) {
    const std::size_t end = text.find(close, start);
    return end == std::string_view::npos ? std::string_view{} : text.substr(end + close.size());
  }
  const std::size_t end = text.find(close);
  const std::size_t fence = text.find("```");
  if (end != std::string_view::npos && (fence == std::string_view::npos || text.find(open) == std::string_view::npos))
    return text.substr(end + close.size());
  return text;
}

std::vector<Block> find_blocks(std::string_view text) {
  std::vector<Block> blocks;
  std::optional<Fence> open;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    const auto fence = read_fence(line);
    if (!open && fence) {
      open = fence;
      blocks.push_back({});
    } else if (open && fence && closes(*fence, *open)) {
      blocks.back().complete = true;
      open.reset();
    } else if (open) {
      blocks.back().text += undented(line, open->indent);
      blocks.back().text += '\n';
    }
  }
  return blocks;
}

Candidate extract(const Completion& completion, const Question& question, const Runtime& runtime) {
  const std::string_view text = without_reasoning(completion.text);
  std::vector<Block> blocks = find_blocks(text);
  std::optional<Candidate> parses;
  for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
    if (is_blank(block->text)) continue;
    Facts facts = runtime.inspect(block->text, question);
    if (facts.parses && facts.defines_entries && block->complete)
      return {std::move(block->text), "last complete block that defines the entries", std::move(facts.findings)};
    if (facts.parses && !parses)
      parses = Candidate{std::move(block->text), "last block that parses", std::move(facts.findings)};
  }
  if (parses) return *std::move(parses);
  if (is_blank(text)) return {"", "the answer is empty", {}};
  Facts facts = runtime.inspect(text, question);
  if (facts.parses) return {std::string(text), "the whole text", std::move(facts.findings)};
  return {"", blocks.empty() ? "no code block, and the text itself is not code" : "no code block parses", {}};
}

Result<Candidate> extract_by(const std::string& variant, const Completion& completion, const OperatorSuite& suite,
                             const std::string& name) {
  auto code = guarded(
      name, [&] { return suite.extract(variant, completion.text); }, "extract");
  if (!code) return code.error();
  return Candidate{std::move(*code), variant, {}};
}

}  // namespace touchstone
