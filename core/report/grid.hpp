#pragma once
// A grid of text cells, laid out for a terminal or as a Markdown table.

#include <string>
#include <vector>

namespace touchstone {

class Grid {
 public:
  /// A heading that starts with '>' makes its column right-aligned.
  explicit Grid(std::vector<std::string> headings);
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }

  /// Columns padded to their widest cell, two blanks between, no trailing blanks.
  std::string terminal(std::size_t indent = 2) const;
  std::string markdown() const;

 private:
  std::vector<std::string> headings_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

/// Columns that a UTF-8 text takes on a terminal, colour sequences not counted.
std::size_t display_width(const std::string& text);

}  // namespace touchstone
