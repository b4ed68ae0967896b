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
constexpr std::array rules_t{
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
    Rule{"reduction", "=sum =mean =std =max =min argmax logsumexp _mean _std sum_ gelu_min min_gelu _norm"},
    Rule{"data_movement",
         "gather index_ embedding permute broadcast tile hstack repeat_interleave ifftshift masked_select =ones_like "
         "=logspace"},
    Rule{"transform", "fft"},
    Rule{"training", "=Adam =SGD =autocast quantize_dynamic"},
};

// G's names are those of files in many repositories: kernels of language models above all. What runs over a sequence
// step by step stands before attention, whose name many of these bear.
constexpr std::array rules_g{
    Rule{"recurrence",
         "chunk_delta chunk_gate chunk_gla chunk_linear chunk_retention chunk_bwd recurrent rwkv ssm "
         "retention"},
    Rule{"attention", "attn attention flash_decode softmax_reducev"},
    Rule{"convolution", "conv1d conv2d conv3d"},
    Rule{"scan", "cumsum"},
    Rule{"matmul", "matmul bmm gemv bgmv sgmv vecmat vector_multip rms_rbe llama_ff linear_activation"},
    Rule{"normalization", "norm_ layernorm layer_norm rmsnorm l2_norm"},
    Rule{"loss", "cross_entropy ce_loss kldiv"},
    Rule{"softmax", "softmax"},
    Rule{"rotary", "rope rotary rbe"},
    Rule{"quantization", "quant f8_conversion fp4_to"},
    Rule{"random", "dropout multinomial uniform_sampling"},
    Rule{"reduction", "logsumexp reduction argmax"},
    Rule{"data_movement", "copy cache index_select masked_select transpose embedding"},
    Rule{"training", "adam_"},
};

bool fits(std::string_view id, std::string_view word) {
  return word.starts_with('=') ? id == word.substr(1) : id.find(word) != std::string_view::npos;
}

template <class Rules>
std::string_view first_of(const Rules& rules, std::string_view id) {
  for (const Rule& rule : rules)
    for (std::string_view words = rule.words; !words.empty();) {
      const std::size_t end = std::min(words.find(' '), words.size());
      if (fits(id, words.substr(0, end))) return rule.family;
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  return "elementwise";
}

}  // namespace

std::string_view family_of(std::string_view id, const Channel& channel) {
  return channel.name == "G" ? first_of(rules_g, id) : first_of(rules_t, id);
}

}  // namespace touchstone::tritonbench
