#pragma once
// CodeBLEU of one candidate against one golden.

#include <optional>
#include <string>
#include <string_view>

#include "common/python_syntax/form.hpp"

namespace touchstone::similarity {

enum class Variant { standard, paper };

struct CodeBleu {
  double ngrams{0}, weighted_ngrams{0}, syntax{0};
  std::optional<double> data_flow{};  ///< nothing where the golden has no data flow
};

/// A text made ready to be compared.
struct Side {
  std::string text;  ///< what words are taken from
  python::Form form;
};

Side side(std::string_view text, Variant variant);

CodeBleu code_bleu(const Side& golden, const Side& candidate, Variant variant);

/// What upstream TritonBench takes of an answer: all blocks that begin with "```python", or the whole answer.
std::string paper_code(std::string_view answer);

}  // namespace touchstone::similarity
