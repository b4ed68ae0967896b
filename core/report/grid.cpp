#include "report/grid.hpp"

#include <algorithm>

namespace touchstone {
namespace {

std::string escape_markdown(const std::string& cell) {
  std::string out;
  for (char c : cell) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

}  // namespace

std::size_t display_width(const std::string& text) {
  std::size_t width = 0;
  bool sequence = false;
  for (unsigned char c : text) {
    if (c == 0x1b)
      sequence = true;
    else if (sequence)
      sequence = c != 'm';
    else if ((c & 0xC0) != 0x80)
      ++width;
  }
  return width;
}

Grid::Grid(std::vector<std::string> headings) : headings_(std::move(headings)) {
  for (std::string& heading : headings_) {
    right_.push_back(heading.starts_with('>'));
    if (right_.back()) heading.erase(0, 1);
  }
}

void Grid::add(std::vector<std::string> cells) {
  cells.resize(headings_.size());
  rows_.push_back(std::move(cells));
}

std::string Grid::terminal(std::size_t indent) const {
  std::vector<std::size_t> widths;
  for (const std::string& heading : headings_) widths.push_back(display_width(heading));
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text(indent, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string pad(widths[i] - display_width(cells[i]), ' ');
      text += right_[i] ? pad + cells[i] : cells[i] + pad;
      text += "  ";
    }
    out += text.substr(0, text.find_last_not_of(' ') + 1) + '\n';
  };
  line(headings_);
  for (const auto& row : rows_) line(row);
  return out;
}

std::string Grid::markdown() const {
  std::string out = "|", rule = "|";
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    out += ' ' + escape_markdown(headings_[i]) + " |";
    rule += right_[i] ? "---:|" : "---|";
  }
  out += '\n' + rule + '\n';
  for (const auto& row : rows_) {
    out += '|';
    for (const std::string& cell : row) out += ' ' + escape_markdown(cell) + " |";
    out += '\n';
  }
  return out;
}

}  // namespace touchstone
