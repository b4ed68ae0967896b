#pragma once
// Where Python's tokens end within a line, as the tokenize module of Python 3.11 has it. What it tells apart and
// comments do not need told apart (numbers, long signs, letters beyond ASCII) is not.

#include <cstddef>
#include <string_view>

namespace touchstone::similarity {

enum class Piece { word, sign, string, string_begun, triple, comment, newline, continuation, stray, nothing };

/// Of `triple`, `end` is behind the three quotes that open it; a `string_begun` goes on in the next line.
struct Scanned {
  Piece piece;
  std::size_t begin, end;
  char quote{0};
};

/// One line, its end included. Time is linear in it, all pieces together.
class Scanner {
 public:
  explicit Scanner(std::string_view line) : line_(line) {}
  Scanned scan(std::size_t at);

 private:
  bool is_newline(std::size_t at) const;
  Scanned quoted(std::size_t begin, std::size_t quote);

  std::string_view line_;
  bool open_[2] = {false, false};  ///< no ' (or ") that begins a string from here on has one that ends it
};

/// Behind the quote (three of them where `triple`) that ends a string whose text goes on at `at`; npos where the line
/// has none.
std::size_t string_end(std::string_view line, std::size_t at, char quote, bool triple);

}  // namespace touchstone::similarity
