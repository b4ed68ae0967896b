#pragma once
// CodeBLEU of one candidate against one golden.

#include <optional>
#include <string>
#include <string_view>

namespace touchstone::similarity {

enum class Variant { standard, paper };

struct CodeBleu {
  double ngrams{0}, weighted_ngrams{0}, syntax{0};
  std::optional<double> data_flow{};  ///< nothing where the golden has no data flow
};

CodeBleu code_bleu(std::string_view golden, std::string_view candidate, Variant variant);

/// What upstream TritonBench takes of an answer: all blocks that begin with "```python", or the whole answer.
std::string paper_code(std::string_view answer);

}  // namespace touchstone::similarity
