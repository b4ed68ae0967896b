#pragma once
// What the program's exit status says (design section 9).

#include "touchstone/error.hpp"

namespace touchstone {

enum class ExitCode {
  done = 0,
  failed = 1,  ///< by --fail-on, or eval's --fail
  usage = 2,   ///< command line or config
  internal = 3,
  environment = 4,  ///< the machine, a disk, a worker, a plugin
  nothing = 5,      ///< nothing selected
  budget = 6,       ///< budget reached
  interrupted = 130,
};

constexpr ExitCode exit_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::config:
      return ExitCode::usage;
    case ErrorCode::internal:
      return ExitCode::internal;
    case ErrorCode::cancelled:
      return ExitCode::interrupted;
    default:
      return ExitCode::environment;
  }
}

}  // namespace touchstone
