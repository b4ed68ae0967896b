#include "signature.hpp"

#include <algorithm>

#include "common/known_keys/known_keys.hpp"

namespace touchstone::operators {
namespace {

/// What stands between the first "(" and its ")", cut at the commas of that level; nothing where it does not close.
std::vector<std::string_view> pieces(std::string_view text) {
  std::vector<std::string_view> out;
  const std::size_t open = text.find('(');
  if (open == text.npos) return out;
  char quote = 0;
  int depth = 0;
  std::size_t start = open + 1;
  for (std::size_t at = open; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (depth > 1 || (depth == 1 && c != ',')) continue;
    out.push_back(text.substr(start, at - start));
    start = at + 1;
    if (depth == 0) return out;
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\n");
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

Error unusable(const Value& text, const std::string& what) {
  return wrong(text, what, "write signature: \"name(x: Tensor, dim: int = -1) -> Tensor\"");
}

}  // namespace

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::vector<std::string_view> Signature::names() const {
  std::vector<std::string_view> out;
  for (const Parameter& parameter : parameters) out.push_back(parameter.name);
  return out;
}

Result<Signature> read_signature(const Value& text) {
  if (!text.is_text()) return unusable(text, "'signature' is no text");
  Signature out;
  out.name = text.text().substr(0, text.text().find('('));
  if (!is_name(out.name)) return unusable(text, "'" + out.name + "' is no name of a function");
  const auto parts = pieces(text.text());
  if (parts.empty()) return unusable(text, "the signature has no list of parameters");
  for (const std::string_view part : parts) {
    const std::string_view piece = trimmed(part);
    if (piece == "*" || piece == "/" || (piece.empty() && parts.size() == 1)) continue;
    if (piece.starts_with('*')) {
      out.gathers = true;
      continue;
    }
    const std::string name(trimmed(piece.substr(0, piece.find_first_of(":="))));
    if (!is_name(name)) return unusable(text, "'" + name + "' is no name of a parameter");
    out.parameters.push_back({name, piece.find('=') == piece.npos});
  }
  return out;
}

}  // namespace touchstone::operators
