#pragma once
// Memory that the host made and lends to workers by descriptor. Once sealed nobody can change it any more, whoever
// still holds a descriptor or a mapping.

#include <cstdint>
#include <string>
#include <string_view>

#include "touchstone/result.hpp"
#include "util/descriptor.hpp"

namespace touchstone {

/// One memfd. The worker that it was lent to is not trusted: sizes are checked at each read.
class Shared {
 public:
  /// `name` is only for /proc. Errors: environment.
  static Result<Shared> create(const std::string& name);
  /// Memory that holds `bytes` and is sealed: arguments, code, a task.
  static Result<Shared> of(const std::string& name, std::string_view bytes);

  int descriptor() const { return memory_.get(); }
  Result<std::int64_t> size() const;
  /// Appends at the end.
  Result<None> write(std::string_view bytes);
  /// At most `count` bytes from `offset`; fewer where the memory ends.
  Result<std::string> read(std::int64_t offset, std::size_t count) const;
  /// Forbids writing, growing and shrinking for ever. An error (worker) means that somebody still holds a writable
  /// mapping or put a seal of their own: the worker keeps a hand on its outputs, which is a policy violation.
  Result<None> seal();

 private:
  explicit Shared(Descriptor memory) : memory_(std::move(memory)) {}
  Descriptor memory_;
};

}  // namespace touchstone
