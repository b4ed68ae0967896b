#pragma once
#include <string>
#include <string_view>

namespace touchstone::tritonbench {

/// How a Python function is called: "name(a, b=1) -> Tensor" from its definition, which may start with decorators, in
/// one line, without comments. Empty where there is no `def`.
std::string signature_of(std::string_view definition);

}  // namespace touchstone::tritonbench
