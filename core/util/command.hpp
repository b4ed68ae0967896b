#pragma once
// A program that answers on its standard output (a model's command, a tool), run to its end.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "touchstone/result.hpp"
#include "util/process.hpp"

namespace touchstone {

struct CommandLine {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;   ///< all of it; see own_environment()
  std::string input{};                              ///< its standard input: a file, so that nothing can block on it
  std::string folder{};                             ///< working folder; empty: the host's
  std::size_t output_limit{std::size_t{16} << 20};  ///< bytes
};

struct CommandReply {
  std::string output;
  std::string error_tail;  ///< the last 4 KiB of standard error
  Exit exit;               ///< a failure of the program is for the caller to judge
};

/// Runs to the end or the deadline; its whole group is killed then. Errors: environment (cannot start), timeout,
/// worker (more output than allowed), each with the tail of standard error as hint.
Result<CommandReply> run_command(const CommandLine& line, Deadline deadline);

}  // namespace touchstone
