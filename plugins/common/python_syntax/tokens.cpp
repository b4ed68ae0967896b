#include "tokens.hpp"

#include <algorithm>

namespace touchstone::python {

Tokens::Tokens(const std::vector<Node>& nodes, std::string_view text)
    : nodes_(nodes), text_(text), token_(nodes.size(), none) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == 0 || text[i - 1] == '\n') {
      lines_.push_back(i);
      line_characters_.push_back(static_cast<std::uint32_t>(characters_.size()));
    }
    if (!ascii && (i == text.size() || (text[i] & 0xC0) != 0x80)) characters_.push_back(static_cast<std::uint32_t>(i));
  }
  for (std::uint32_t node = 0; node < nodes.size();) {
    if (!is_token(nodes[node])) {
      ++node;
      continue;
    }
    add(node);
    std::uint32_t above = node;  // on to what follows it, past what is inside
    while (above != none && nodes[above].next == none) above = nodes[above].parent;
    if (above == none) break;
    node = nodes[above].next;
  }
  merge_places();
}

/// Several tokens at one place (of no width, all but one) count as the last of them.
void Tokens::merge_places() {
  const auto same = [&](std::uint32_t a, std::uint32_t b) {
    return ts_node_start_byte(nodes_[a].it) == ts_node_start_byte(nodes_[b].it) &&
           ts_node_end_byte(nodes_[a].it) == ts_node_end_byte(nodes_[b].it);
  };
  std::uint32_t later = none;
  for (std::size_t node = nodes_.size(); node-- > 0;) {
    const auto own = static_cast<std::uint32_t>(node);
    if (token_[own] == none) continue;
    if (later != none && same(own, later)) token_[own] = token_[later];
    later = own;
  }
}

void Tokens::add(std::uint32_t node) {
  const TSNode it = nodes_[node].it;
  const std::string_view said = spelt(ts_node_start_point(it), ts_node_end_point(it));
  const auto [known, fresh] = known_.try_emplace(said, static_cast<std::uint32_t>(spelt_.size()));
  if (fresh) spelt_.push_back(said);
  token_[node] = static_cast<std::uint32_t>(names_.size());
  names_.push_back(known->second);
}

/// CodeXGLUE cuts characters where tree-sitter counted bytes, so that a line's tokens slip behind what is not ASCII;
/// and it joins a token's lines without their ends.
std::string_view Tokens::spelt(TSPoint begin, TSPoint end) {
  const std::size_t from = offset(begin.row, begin.column), to = offset(end.row, end.column);
  if (begin.row == end.row) return from < to ? text_.substr(from, to - from) : std::string_view{};
  std::string& out = joined_.emplace_back(line(begin.row).substr(from - lines_[begin.row]));
  for (std::uint32_t row = begin.row + 1; row < end.row; ++row) out += line(row);
  out += text_.substr(lines_[end.row], to - lines_[end.row]);
  return out;
}

std::string_view Tokens::line(std::uint32_t row) const {
  const std::size_t begin = lines_[row];
  return text_.substr(begin, (row + 1 < lines_.size() ? lines_[row + 1] - 1 : text_.size()) - begin);
}

/// Of the character in this column, or of the line's end.
std::size_t Tokens::offset(std::uint32_t row, std::uint32_t column) const {
  const std::size_t end = lines_[row] + line(row).size();
  if (characters_.empty()) return std::min(lines_[row] + column, end);
  const std::size_t character = line_characters_[row] + column;
  return character < characters_.size() ? std::min<std::size_t>(characters_[character], end) : end;
}

}  // namespace touchstone::python
