#pragma once
#include <string>
#include <vector>

#include "checkout.hpp"

namespace touchstone::tritonbench {

struct Entry {
  std::string name;       ///< "softmax", or "Norm.apply" where a test calls an autograd function by its class
  std::string signature;  ///< "name(a, b=1)", or empty where the text does not tell it
  bool kernel{false};     ///< a kernel that the test launches itself: no call of it can be recorded
};

/// What a candidate must define: what the reference defines at top level and the test names. Functions first; where the
/// test names none, names bound to an autograd function's `apply`, then classes, then kernels. Where it names nothing,
/// all functions.
std::vector<Entry> entries_of(const Program& program);

}  // namespace touchstone::tritonbench
