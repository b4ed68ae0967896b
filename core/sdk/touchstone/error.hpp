#pragma once
// What can go wrong, as a value: errors never cross a plugin's border as exceptions.

#include <string>
#include <utility>
#include <vector>

namespace touchstone {

enum class ErrorCode {
  config,       ///< what a person wrote is wrong: exit 2
  plugin,       ///< a plugin cannot be loaded, created, or broke its contract
  environment,  ///< the machine lacks something: exit 4
  io,           ///< a file or a disk said no
  worker,       ///< a worker process died, lied or fell silent
  timeout,      ///< a deadline passed
  cancelled,    ///< a person or a limit asked to stop
  unavailable,  ///< this is not offered here (an optional service, a device)
  internal,     ///< our own mistake: exit 3
};

/// One error, fit to be shown: what happened, where (file:line:column, a path, a plugin), and what to do next.
struct Error {
  ErrorCode code{ErrorCode::internal};
  std::string what;
  std::string where{};
  std::string hint{};
  std::vector<Error> also{};  ///< further errors that were found with this one, in order
};

/// All that is wrong, in the order in which it was found; none of them holds others.
using Errors = std::vector<Error>;

/// Adds an error, and those that it holds behind it.
inline void append(Errors& errors, Error error) {
  Errors also = std::exchange(error.also, {});
  errors.push_back(std::move(error));
  for (Error& more : also) append(errors, std::move(more));
}

/// Several errors as one, for a Result: the first holds the others. `errors` is not empty.
inline Error joined(Errors errors) {
  Error first = std::move(errors.front());
  errors.erase(errors.begin());
  first.also = std::move(errors);
  return first;
}

}  // namespace touchstone
