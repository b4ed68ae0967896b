#include "comments.hpp"

#include <algorithm>
#include <vector>

#include "scanner.hpp"
#include "words.hpp"

namespace touchstone::similarity {
namespace {

constexpr std::size_t npos = std::string_view::npos;

/// Goes through a text line by line as tokenize does and puts its tokens together again.
class Remover {
 public:
  explicit Remover(std::string_view text) : text_(text) {}

  /// False where tokenize gives up.
  bool run() {
    while (true) {
      const std::string_view previous = line_;
      line_ = text_.substr(next_, std::min(text_.find('\n', next_), text_.size() - 1) - next_ + 1);
      const std::size_t begin = next_;
      next_ += line_.size();
      ++number_;
      if (open_begin_ != npos) {
        if (line_.empty()) return false;
        if (!go_on(begin)) continue;
      } else if (level_ == 0 && !continued_) {
        if (line_.empty()) return finish(previous);
        const Start start = begin_statement();
        if (start == Start::refused) return false;
        if (start == Start::end) return finish(previous);
        if (start == Start::blank) continue;
      } else {
        if (line_.empty()) return false;
        continued_ = false;
        at_ = 0;
      }
      read_line(begin);
    }
  }

  const std::string& out() const { return out_; }

 private:
  enum class Kind { other, indent, newline, string, comment };
  enum class Start { statement, blank, end, refused };

  /// Where a token begins, and ends: counted in bytes, for only white space is ever between two of them.
  struct Span {
    std::size_t line, begin, last_line, end;
  };

  void put(Kind kind, std::string_view token, Span at) {
    if (at.line > last_line_ || fresh_) last_column_ = 0;
    fresh_ = false;
    if (at.begin > last_column_) out_.append(at.begin - last_column_, ' ');
    const bool docstring = before_ == Kind::indent || before_ == Kind::newline || at.begin == 0;
    if (kind != Kind::comment && !(kind == Kind::string && docstring)) out_ += token;
    before_ = kind;
    last_column_ = at.end;
    last_line_ = at.last_line;
  }
  void put(Kind kind, std::size_t begin, std::size_t end) {
    put(kind, line_.substr(begin, end - begin), {number_, begin, number_, end});
  }

  /// Leading white space, blank lines, indents and dedents.
  Start begin_statement() {
    std::size_t column = 0;
    for (at_ = 0; at_ < line_.size(); ++at_) {
      const char c = line_[at_];
      if (c == ' ')
        ++column;
      else if (c == '\t')
        column = (column / 8 + 1) * 8;
      else if (c == '\f')
        column = 0;
      else
        break;
    }
    if (at_ == line_.size()) return Start::end;
    if (line_[at_] == '#' || line_[at_] == '\r' || line_[at_] == '\n') {
      const std::size_t end = line_.find_last_not_of("\r\n") + 1;
      if (line_[at_] == '#') put(Kind::comment, at_, end), at_ = end;
      put(Kind::other, at_, line_.size());
      return Start::blank;
    }
    if (column > indents_.back()) {
      indents_.push_back(column);
      put(Kind::indent, 0, at_);
    }
    if (!std::binary_search(indents_.begin(), indents_.end(), column)) return Start::refused;
    for (; column < indents_.back(); indents_.pop_back()) put(Kind::other, at_, at_);
    return Start::statement;
  }

  /// A string from a line above; whether it ends here and the line goes on.
  bool go_on(std::size_t begin) {
    const std::size_t end = string_end(line_, 0, quote_, triple_);
    const bool cut = line_.ends_with("\\\n") || line_.ends_with("\\\r\n");
    if (end == npos && (triple_ || cut)) return false;
    const Kind kind = end == npos ? Kind::other : Kind::string;
    at_ = std::min(end, line_.size());
    put(kind, text_.substr(open_begin_, begin + at_ - open_begin_), {open_line_, open_column_, number_, at_});
    open_begin_ = npos;
    return end != npos;
  }

  void open(const Scanned& it, std::size_t line_begin, bool triple) {
    open_begin_ = line_begin + it.begin;
    open_line_ = number_;
    open_column_ = it.begin;
    quote_ = it.quote;
    triple_ = triple;
  }

  void read_line(std::size_t line_begin) {
    Scanner scanner(line_);
    while (at_ < line_.size()) {
      const Scanned it = scanner.scan(at_);
      at_ = it.end;
      switch (it.piece) {
        case Piece::nothing:
          break;
        case Piece::continuation:
          continued_ = true;
          break;
        case Piece::comment:
          put(Kind::comment, it.begin, it.end);
          break;
        case Piece::newline:
          put(level_ > 0 ? Kind::other : Kind::newline, it.begin, it.end);
          break;
        case Piece::string:
          put(Kind::string, it.begin, it.end);
          break;
        case Piece::string_begun:
          return open(it, line_begin, false);
        case Piece::triple:
          at_ = string_end(line_, it.end, it.quote, true);
          if (at_ == npos) return open(it, line_begin, true);
          put(Kind::string, it.begin, at_);
          break;
        case Piece::sign:
          level_ += std::string_view("([{").find(line_[it.begin]) != npos;
          level_ -= std::string_view(")]}").find(line_[it.begin]) != npos;
          [[fallthrough]];
        default:
          put(Kind::other, it.begin, it.end);
      }
    }
  }

  bool finish(std::string_view) { return true; }  // what tokenize adds at the end is empty

  std::string_view text_, line_;
  std::string out_;
  std::size_t next_{0}, number_{0}, at_{0};
  long level_{0};  ///< of brackets; below 0 where more close than open
  bool continued_{false};
  std::vector<std::size_t> indents_{0};
  std::size_t open_begin_{npos}, open_line_{0}, open_column_{0};  ///< of a string that goes on
  char quote_{0};
  bool triple_{false}, fresh_{true};
  Kind before_{Kind::indent};
  std::size_t last_line_{0}, last_column_{0};
};

}  // namespace

std::string without_python_comments(std::string_view text) {
  Remover remover(text);
  return remover.run() ? without_blank_lines(remover.out()) : std::string(text);
}

/// Strings are passed over, for what looks like a comment in them is none. One that nothing ends is no string.
std::string without_java_comments(std::string_view text) {
  std::string out;
  bool open[2] = {false, false}, open_comment = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    std::size_t end = npos;
    bool& never = rest[0] == '/' ? open_comment : open[rest[0] == '"'];
    if (rest.starts_with("//")) {
      end = std::min(text.find('\n', at), text.size());
    } else if (!never && rest.starts_with("/*")) {
      end = text.find("*/", at + 2);
      never = end == npos;
      if (end != npos) end += 2;
    } else if (!never && (rest[0] == '\'' || rest[0] == '"')) {
      for (end = at + 1; end < text.size() && text[end] != rest[0]; ++end) end += text[end] == '\\';
      never = end >= text.size();
      end = never ? npos : end + 1;
    }
    if (end == npos)
      out += text[at++];
    else if (rest[0] == '/')
      out += ' ', at = end;
    else
      out += text.substr(at, end - at), at = end;
  }
  return without_blank_lines(out);
}

}  // namespace touchstone::similarity
