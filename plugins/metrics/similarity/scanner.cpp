#include "scanner.hpp"

#include <algorithm>

namespace touchstone::similarity {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::string_view signs = "%&()*+,-./:;<=>@[]^{|}~";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_quote(char c) { return c == '\'' || c == '"'; }

/// r, b, u, f, and r with b or f, in either case.
bool is_prefix(std::string_view word) {
  const auto is = [&](std::size_t i, char c) { return (word[i] | 0x20) == c; };
  if (word.size() == 1) return is(0, 'r') || is(0, 'b') || is(0, 'u') || is(0, 'f');
  if (word.size() != 2) return word.empty();
  return (is(0, 'r') && (is(1, 'b') || is(1, 'f'))) || (is(1, 'r') && (is(0, 'b') || is(0, 'f')));
}

}  // namespace

bool Scanner::is_newline(std::size_t at) const {
  const std::string_view rest = line_.substr(at);
  return rest.starts_with('\n') || rest.starts_with("\r\n");
}

Scanned Scanner::scan(std::size_t at) {
  std::size_t begin = at;
  while (begin < line_.size() && (line_[begin] == ' ' || line_[begin] == '\t' || line_[begin] == '\f')) ++begin;
  if (begin == line_.size()) return {Piece::nothing, begin, begin};
  const char first = line_[begin];
  if (is_newline(begin)) return {Piece::newline, begin, begin + (first == '\r' ? 2 : 1)};
  if (first == '\\' && is_newline(begin + 1)) return {Piece::continuation, begin, line_.size()};
  if (first == '#') return {Piece::comment, begin, std::min(line_.find_first_of("\r\n", begin), line_.size())};
  std::size_t end = begin;
  while (end < line_.size() && is_letter(line_[end])) ++end;
  if (end < line_.size() && is_quote(line_[end]) && is_prefix(line_.substr(begin, end - begin)))
    if (const Scanned found = quoted(begin, end); found.piece != Piece::nothing) return found;
  if (end > begin) return {Piece::word, begin, end};
  if (signs.find(first) != npos) return {Piece::sign, begin, begin + 1};
  if (line_.substr(begin).starts_with("!=")) return {Piece::sign, begin, begin + 2};
  return {Piece::stray, at, at + 1};
}

Scanned Scanner::quoted(std::size_t begin, std::size_t quote) {
  const char mark = line_[quote];
  const std::string_view rest = line_.substr(quote);
  if (rest.size() >= 3 && rest[1] == mark && rest[2] == mark) return {Piece::triple, begin, quote + 3, mark};
  bool& open = open_[mark == '"'];
  if (open) return {Piece::nothing, begin, begin};
  for (std::size_t at = quote + 1; at < line_.size() && line_[at] != '\n'; ++at) {
    if (line_[at] == mark) return {Piece::string, begin, at + 1, mark};
    if (line_[at] != '\\') continue;
    if (is_newline(at + 1)) return {Piece::string_begun, begin, line_.size(), mark};
    ++at;
  }
  open = true;  // whatever quote of this kind follows was escaped here, so it finds no end either
  return {Piece::nothing, begin, begin};
}

std::size_t string_end(std::string_view line, std::size_t at, char quote, bool triple) {
  for (; at < line.size(); ++at) {
    if (line[at] == '\\') {
      if (at + 1 < line.size() && line[at + 1] == '\n') return npos;
      ++at;
    } else if (line[at] == quote) {
      if (!triple) return at + 1;
      if (at + 2 < line.size() && line[at + 1] == quote && line[at + 2] == quote) return at + 3;
    }
  }
  return npos;
}

}  // namespace touchstone::similarity
