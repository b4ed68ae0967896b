#pragma once
// The command line as data: each command declares its arguments; parsing, help and errors come from the declaration.
// cli.cpp is the only user of Boost.Program_options.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/exit_code.hpp"
#include "touchstone/result.hpp"

namespace touchstone {

struct App;

struct Flag {
  std::string name;   ///< "output" or "output,o"
  std::string value;  ///< what it takes, for help ("DIR"); empty for a switch
  std::string help;
};

/// What was given. A repeated flag keeps every value; a switch that was given has one empty value.
struct Arguments {
  std::vector<std::string> positional;
  std::map<std::string, std::vector<std::string>> flags;
  bool has(const std::string& name) const { return flags.count(name) > 0; }
  std::string get(const std::string& name, const std::string& fallback = "") const {
    const auto found = flags.find(name);
    return found == flags.end() || found->second.empty() ? fallback : found->second.back();
  }
  std::vector<std::string> all(const std::string& name) const {
    const auto found = flags.find(name);
    return found == flags.end() ? std::vector<std::string>{} : found->second;
  }
};

struct Subcommand {
  std::string name;
  std::string usage;              ///< positional arguments: "CONFIG", "[KIND]"
  std::string summary;            ///< one line
  std::string example;            ///< a whole command line that works
  std::size_t least{0}, most{0};  ///< how many positional arguments
  std::vector<Flag> flags;
  std::function<ExitCode(const Arguments&, App&)> run;
  std::string notes{};  ///< what else its help says, lines that end with a newline
};

/// Flags that every command takes: --json, --plugins DIR, --verbose, --help.
const std::vector<Flag>& common_flags();

/// Errors (exit 2): an unknown flag, with the nearest known one; a missing value; too few or too many arguments.
Result<Arguments> parse(const Subcommand& command, const std::vector<std::string>& words);

std::string help(const Subcommand& command);
std::string overview(const std::vector<Subcommand>& commands);

}  // namespace touchstone
