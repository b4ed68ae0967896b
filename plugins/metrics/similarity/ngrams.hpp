#pragma once
// BLEU of words up to four in a row, and CodeBLEU's weighted sister.

#include <span>
#include <string_view>

namespace touchstone::similarity {

struct NgramMatch {
  double plain{0};     ///< BLEU-4: how much of the candidate stands in the golden, against short candidates
  double weighted{0};  ///< how much of the golden stands in the candidate, where single keywords count five times
};

/// Time is linear in both texts, memory in the golden alone.
NgramMatch ngram_match(std::string_view golden, std::string_view candidate, std::span<const std::string_view> keywords);

}  // namespace touchstone::similarity
