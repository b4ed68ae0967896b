#pragma once
// What a signature says: "softmax(x: Tensor, dim: int = -1) -> Tensor".

#include <string>
#include <string_view>
#include <vector>

#include "touchstone/result.hpp"
#include "touchstone/value.hpp"

namespace touchstone::operators {

struct Parameter {
  std::string name;
  bool required{false};  ///< it has no default
};

struct Signature {
  std::string name;  ///< what stands before "("
  std::vector<Parameter> parameters;
  bool gathers{false};  ///< it takes *args or **kwargs: any name will do

  std::vector<std::string_view> names() const;  ///< of the parameters
};

/// Whether a text is a name in Python.
bool is_name(std::string_view text);

/// Errors: no name, no parameter list, a parameter without a name; with the signature's place.
Result<Signature> read_signature(const Value& text);

}  // namespace touchstone::operators
