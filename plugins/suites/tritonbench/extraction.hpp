#pragma once
// How upstream's scripts find the code in an answer, what they lose included: for the judge `paper`.

#include <string>
#include <string_view>

namespace touchstone::tritonbench {

inline constexpr std::string_view extraction_t = "tritonbench-t", extraction_g = "tritonbench-g";

/// Channel T: all behind the last "```python", closing fence and prose included; without one, the whole answer.
std::string extract_t(std::string_view completion);

/// Channel G: of that, only its imports and functions, wherever they stand, one after the other: outer before inner.
/// Classes, other statements and `async` functions are lost. What does not parse is left as it is.
std::string extract_g(std::string_view completion);

}  // namespace touchstone::tritonbench
