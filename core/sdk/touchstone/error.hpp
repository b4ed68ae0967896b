#pragma once
// What can go wrong, as a value: errors never cross a plugin's border as exceptions.

#include <string>

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
};

}  // namespace touchstone
