#include "app/cli.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>

#include "util/nearest.hpp"

namespace touchstone {
namespace {

namespace po = boost::program_options;

std::string long_name(const Flag& flag) { return flag.name.substr(0, flag.name.find(',')); }

std::vector<Flag> all_flags(const Subcommand& command) {
  std::vector<Flag> flags = command.flags;
  flags.insert(flags.end(), common_flags().begin(), common_flags().end());
  return flags;
}

po::options_description described(const std::vector<Flag>& flags) {
  po::options_description out;
  for (const Flag& flag : flags) {
    if (flag.value.empty())
      out.add_options()(flag.name.c_str(), flag.help.c_str());
    else
      out.add_options()(flag.name.c_str(), po::value<std::vector<std::string>>()->composing(), flag.help.c_str());
  }
  return out;
}

Error usage_error(const Subcommand& command, std::string what, std::string hint = {}) {
  if (hint.empty()) hint = fmt::format("see touchstone {} --help", command.name);
  return {ErrorCode::config, std::move(what), "touchstone " + command.name, std::move(hint)};
}

Error unknown_flag(const Subcommand& command, const std::string& given) {
  std::vector<std::string> names;
  for (const Flag& flag : all_flags(command)) names.push_back("--" + long_name(flag));
  const auto near = nearest(given, names);
  return usage_error(command, fmt::format("unknown option '{}'", given),
                     near ? fmt::format("did you mean {}?", *near) : "");
}

std::string list(const std::vector<Flag>& flags) {
  std::string out;
  for (const Flag& flag : flags) {
    const std::size_t comma = flag.name.find(',');
    std::string names = comma == std::string::npos ? "    " : "-" + flag.name.substr(comma + 1) + ", ";
    names += "--" + long_name(flag) + (flag.value.empty() ? "" : " " + flag.value);
    out += fmt::format("  {:28}{}\n", names, flag.help);
  }
  return out;
}

}  // namespace

const std::vector<Flag>& common_flags() {
  static const std::vector<Flag> flags{
      {"json", "", "print the result as JSON"},
      {"plugins", "DIR", "look for plugins here first (repeatable)"},
      {"verbose,v", "", "log more"},
      {"help,h", "", "show this help"},
  };
  return flags;
}

Result<Arguments> parse(const Subcommand& command, const std::vector<std::string>& words) {
  const std::vector<Flag> flags = all_flags(command);
  Arguments out;
  try {
    const po::options_description options = described(flags);
    po::options_description all;
    all.add(options).add_options()("(argument)", po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add("(argument)", -1);
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    for (const auto& option :
         po::command_line_parser(words).options(all).positional(positional).style(style).run().options) {
      auto& into = option.position_key >= 0 ? out.positional : out.flags[option.string_key];
      into.insert(into.end(), option.value.begin(), option.value.end());
    }
  } catch (const po::unknown_option& error) {
    return unknown_flag(command, error.get_option_name());
  } catch (const po::error& error) {
    return usage_error(command, error.what());
  }
  if (out.has("help")) return out;
  if (out.positional.size() < command.least)
    return usage_error(command, fmt::format("{} is missing", command.usage), "for example: " + command.example);
  if (out.positional.size() > command.most)
    return usage_error(command, fmt::format("unexpected argument '{}'", out.positional[command.most]));
  return out;
}

std::string help(const Subcommand& command) {
  const std::string notes = command.notes.empty() ? "" : "\n" + command.notes;
  return fmt::format("touchstone {} {}\n\n{}\n\nOptions\n{}{}{}\nExample\n  {}\n", command.name, command.usage,
                     command.summary, list(command.flags), list(common_flags()), notes, command.example);
}

std::string overview(const std::vector<Subcommand>& commands) {
  std::string out =
      "Touchstone puts LLM-written GPU operators to the test: is it right, is it its own kernel, is it really fast.\n\n"
      "touchstone COMMAND …\n\n";
  for (const Subcommand& command : commands)
    out += fmt::format("  {:29}{}\n", command.name + " " + command.usage, command.summary);
  return out +
         "\ntouchstone COMMAND --help says more. Exit codes: 0 done, 1 failed by --fail-on or --fail, 2 usage or "
         "config, 3 "
         "internal,\n"
         "4 environment, 5 nothing selected, 6 budget reached, 130 interrupted.\n";
}

}  // namespace touchstone
