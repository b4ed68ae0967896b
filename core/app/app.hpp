#pragma once
// What every command works with, and the program itself.

#include <iosfwd>
#include <stop_token>
#include <string>
#include <vector>

#include "app/cli.hpp"
#include "host/registry.hpp"
#include "host/services.hpp"
#include "util/clock.hpp"
#include "util/log.hpp"

namespace touchstone {

/// Where the program's own files lie, found from the program's own place; the build tree has the same layout.
struct Layout {
  std::string plugins, operators, configs, workers;
};
Layout find_layout(const std::string& program);

struct App {
  std::ostream& out;     ///< results
  std::ostream& err;     ///< everything else
  bool colour{false};    ///< out is a terminal and NO_COLOR is not set
  bool terminal{false};  ///< err is a terminal
  Layout layout;
  std::vector<std::string> plugin_folders;  ///< the search path
  const Log& log;
  const Clock& clock;
  Registry& registry;
  Services& host;
  std::stop_token stop;
};

/// Commands in the order of the overview.
const std::vector<Subcommand>& commands();

/// Prints an error on one to three lines (what, where, and what to do), and those that it holds.
void print_error(std::ostream& err, const Error& error);
/// Prints all of them and gives the exit code of the first.
ExitCode fail(App& app, const std::vector<Error>& errors);
inline ExitCode fail(App& app, const Error& error) { return fail(app, std::vector<Error>{error}); }

/// The whole program; returns its exit status.
int run_program(const std::vector<std::string>& words, const std::string& program);

}  // namespace touchstone
