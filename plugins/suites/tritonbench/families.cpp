#include "families.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace touchstone::tritonbench {
namespace {

struct Rule {
  std::string_view family;
  std::string_view words;  ///< separated by spaces; a word fits where the name contains it; "=x" where the name is x
};

// What costs most stands first: a fused convolution with an activation is a convolution.
constexpr std::array rules{
    Rule{"attention", "attention transformer"},
    Rule{"convolution", "conv1d conv2d conv3d"},
    Rule{"linear_algebra",
         "svd eig cholesky =qr _qr qr_ =lu _lu lu_ ldl =det determinant =solve solve_ _solve invert_matrix "
         "pseudoinverse low_rank"},
    Rule{"matmul", "matmul addmm bmm mm_ linear tensordot _mv_ matrix_ _dot combined_activation"},
    Rule{"normalization", "batch_norm layer_norm layernorm groupnorm instance_norm rmsnorm"},
    Rule{"loss", "cross_entropy embedding_loss"},
    Rule{"softmax", "softmax"},
    Rule{"pooling", "pool grid_sample"},
    Rule{"random", "dropout binomial =rand"},
    Rule{"distance", "distance cosine_similarity"},
    Rule{"reduction",
         "=sum =mean =std =max =min argmax logsumexp _mean _std sum_ gelu_min min_gelu _norm"},
    Rule{"data_movement",
         "gather index_ embedding permute broadcast tile hstack repeat_interleave ifftshift masked_select =ones_like "
         "=logspace"},
    Rule{"transform", "fft"},
    Rule{"training", "=Adam =SGD =autocast quantize_dynamic"},
};

bool fits(std::string_view id, std::string_view word) {
  return word.starts_with('=') ? id == word.substr(1) : id.find(word) != std::string_view::npos;
}

}  // namespace

std::string_view family_of(std::string_view id) {
  for (const Rule& rule : rules)
    for (std::string_view words = rule.words; !words.empty();) {
      const std::size_t end = std::min(words.find(' '), words.size());
      if (fits(id, words.substr(0, end))) return rule.family;
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  return "elementwise";
}

}  // namespace touchstone::tritonbench
