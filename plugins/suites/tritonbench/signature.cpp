#include "signature.hpp"

namespace touchstone::tritonbench {
namespace {

/// Where the string that starts at `at` has ended.
std::size_t after_string(std::string_view text, std::size_t at) {
  const char quote = text[at++];
  while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
  return at + 1;
}

std::size_t start_of(std::string_view definition) {
  if (definition.starts_with("def ")) return 4;
  const std::size_t at = definition.find("def ");
  return at == std::string_view::npos ? at : at + 4;
}

}  // namespace

std::string signature_of(std::string_view text) {
  std::string out;
  int depth = 0;
  for (std::size_t at = start_of(text); at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      const std::size_t end = after_string(text, at);
      out += text.substr(at, end - at);
      at = end;
      continue;
    }
    if (c == '#') {
      at = text.find('\n', at);
      continue;
    }
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (c == ':' && depth == 0) break;
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\\';
    if (!space)
      out += c;
    else if (!out.empty() && out.back() != ' ' && out.back() != '(')
      out += ' ';
    ++at;
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace touchstone::tritonbench
