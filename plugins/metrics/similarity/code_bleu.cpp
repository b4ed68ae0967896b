#include "code_bleu.hpp"

#include <array>
#include <unordered_map>
#include <unordered_set>

#include "comments.hpp"
#include "ngrams.hpp"
#include "words.hpp"

namespace touchstone::similarity {
namespace {

/// Python's reserved words, and those that PyPI's codebleu added later.
constexpr std::array<std::string_view, 38> keywords{
    "False", "None",     "True",  "and",  "as",    "assert", "async", "await",    "break", "class",
    "def",   "continue", "del",   "elif", "else",  "except", "for",   "finally",  "from",  "global",
    "if",    "import",   "in",    "is",   "not",   "lambda", "or",    "nonlocal", "pass",  "raise",
    "try",   "return",   "while", "with", "yield", "match",  "case",  "type"};
constexpr std::size_t published_keywords = 35;

/// How upstream TritonBench writes a text to a file, one sample a line: its line ends become a backslash and an n.
std::string on_one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  for (const char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c != '\r')
      out += c;
  }
  return out;
}

/// The share of the golden's subtrees that the candidate has too, however often.
double syntax_match(const python::Form& golden, const python::Form& candidate) {
  const std::unordered_set<std::uint64_t> known(candidate.subtrees.begin(), candidate.subtrees.end());
  double matched = 0;
  for (const std::uint64_t it : golden.subtrees) matched += known.contains(it);
  return golden.subtrees.empty() ? 0 : matched / static_cast<double>(golden.subtrees.size());
}

/// The share of the golden's data flow that the candidate has too, each as often as it has it.
std::optional<double> data_flow_match(const python::Form& golden, const python::Form& candidate) {
  if (golden.flows.empty()) return std::nullopt;
  std::unordered_map<std::uint64_t, std::size_t> left;
  for (const std::uint64_t it : candidate.flows) ++left[it];
  double matched = 0;
  for (const std::uint64_t it : golden.flows) {
    const auto found = left.find(it);
    if (found == left.end() || found->second == 0) continue;
    --found->second;
    ++matched;
  }
  return matched / static_cast<double>(golden.flows.size());
}

}  // namespace

Side side(std::string_view text, Variant variant) {
  const bool paper = variant == Variant::paper;
  Side out;
  out.text = paper ? on_one_line(text) : std::string(stripped(text));
  if (paper) out.text = stripped(out.text);
  out.form = python::form(paper ? without_java_comments(out.text) : without_python_comments(out.text));
  return out;
}

CodeBleu code_bleu(const Side& golden, const Side& candidate, Variant variant) {
  const auto words = std::span(keywords).first(variant == Variant::paper ? published_keywords : keywords.size());
  const NgramMatch ngrams = ngram_match(golden.text, candidate.text, words);
  return {ngrams.plain, ngrams.weighted, syntax_match(golden.form, candidate.form),
          data_flow_match(golden.form, candidate.form)};
}

std::string paper_code(std::string_view answer) {
  constexpr std::string_view begin = "```python\n", end = "```";
  std::string out;
  bool first = true;
  for (std::size_t at = answer.find(begin); at != std::string_view::npos; at = answer.find(begin, at)) {
    at += begin.size();
    const std::size_t stop = answer.find(end, at);
    if (stop == std::string_view::npos) break;
    if (!first) out += "\n\n";
    first = false;
    out += answer.substr(at, stop - at);
    at = stop + end.size();
  }
  return out.empty() ? std::string(answer) : out;
}

}  // namespace touchstone::similarity
