#pragma once
// Upstream's two sets and where a checkout keeps them.

#include <string_view>

namespace touchstone::tritonbench {

/// The state of the data that errata.yaml and the README's figures were made with.
inline constexpr std::string_view known_commit = "603e28a5050e8c268f6883a69709d477a272d49a";

struct Channel {
  std::string_view name;        ///< "T": PyTorch references; "G": Triton goldens of public repositories
  std::string_view folder;      ///< a program an operator
  std::string_view statistics;  ///< one JSON list, whatever its name says
  std::string_view simple;      ///< instructions
  std::string_view complex;
  std::string_view fingerprint;  ///< of the files at known_commit
};

inline constexpr Channel channel_t{"T",
                                   "data/TritonBench_T_v1",
                                   "data/TritonBench_T_v1.jsonl",
                                   "data/TritonBench_T_simp_alpac_v1.json",
                                   "data/TritonBench_T_comp_alpac_v1.json",
                                   "1348105e8b14085c"};
inline constexpr Channel channel_g{"G",
                                   "data/TritonBench_G_v1",
                                   "data/TritonBench_G_v1.json",
                                   "data/TritonBench_G_simp_alpac_v1.json",
                                   "data/TritonBench_G_comp_alpac_v1.json",
                                   "43fa25713045ef12"};

inline const Channel& channel_called(std::string_view name) { return name == "G" ? channel_g : channel_t; }

}  // namespace touchstone::tritonbench
