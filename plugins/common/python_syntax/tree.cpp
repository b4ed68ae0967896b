#include "tree.hpp"

#include "python_syntax.hpp"

extern "C" const TSLanguage* tree_sitter_python(void);

namespace touchstone::python {
namespace {

// Two bounds on work, both out of reach for anything that could run. The parser's lexer is sent to the end of the text
// from every line on by an unclosed string or a run of line continuations; so the text is handed over in small chunks
// and what is handed over is counted: ordinary text is read about three times, and after `readings` times its length
// the parser is stopped. Its error recovery copies all that it skipped for every further token; nothing but a clock
// bounds that, and only text without a grammatical stretch of thousands of tokens meets it (200 kB of code take 0.1 s).
constexpr std::size_t chunk = 256;
constexpr std::size_t readings = 64;
constexpr std::size_t grace = 1 << 20;
constexpr std::uint64_t most_microseconds = 3'000'000;

struct Reader {
  std::string_view text;
  std::size_t budget;
  std::size_t stop{0};  ///< the parser's cancellation flag
};

const char* read(void* payload, std::uint32_t at, TSPoint, std::uint32_t* size) {
  auto& reader = *static_cast<Reader*>(payload);
  const std::size_t left = at < reader.text.size() ? reader.text.size() - at : 0;
  *size = static_cast<std::uint32_t>(left < chunk ? left : chunk);
  if (reader.budget < chunk) {
    reader.stop = 1;
    *size = 0;
  } else {
    reader.budget -= chunk;
  }
  return *size ? reader.text.data() + at : "";
}

struct ParserDelete {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

}  // namespace

bool too_many_tokens(std::string_view text) {
  std::size_t tokens = 0;
  bool word = false;
  for (const char c : text) {
    const bool part = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    if (!part && c != ' ' && c != '\t') tokens += c == '\n' ? 3 : 1;
    if (part && !word) ++tokens;
    word = part;
    if (tokens > most_tokens) return true;
  }
  return false;
}

Tree parse(std::string_view text) {
  const std::unique_ptr<TSParser, ParserDelete> parser(ts_parser_new());
  if (!ts_parser_set_language(parser.get(), tree_sitter_python())) return nullptr;
  Reader reader{text, readings * text.size() + grace};
  ts_parser_set_timeout_micros(parser.get(), most_microseconds);
  ts_parser_set_cancellation_flag(parser.get(), &reader.stop);
  Tree tree(ts_parser_parse(parser.get(), nullptr, TSInput{&reader, read, TSInputEncodingUTF8}));
  if (reader.stop) return nullptr;
  return tree;
}

}  // namespace touchstone::python
