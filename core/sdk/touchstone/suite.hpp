#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "touchstone/result.hpp"
#include "touchstone/task.hpp"

namespace touchstone {

/// A source of tasks. Called from one thread at a time.
class OperatorSuite {
 public:
  virtual ~OperatorSuite() = default;
  /// Where the tasks come from, for the manifest: path, version or commit, number of files, hash.
  virtual Value identity() const = 0;
  /// Hands over every task in a stable order until `take` returns false. Tasks are made one at a time.
  virtual Result<None> tasks(const std::function<bool(Task)>& take) const = 0;
  /// Finds the code in a completion by a rule of the suite's own; only for variants that its protocols name.
  virtual Result<std::string> extract(std::string_view variant, std::string_view) const {
    return Error{ErrorCode::unavailable, "no extraction variant '" + std::string(variant) + "'"};
  }
};

}  // namespace touchstone
