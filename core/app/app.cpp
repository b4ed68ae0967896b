#include "app/app.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "app/admit.hpp"
#include "app/capture.hpp"
#include "app/conform.hpp"
#include "app/eval.hpp"
#include "app/init.hpp"
#include "app/inspect.hpp"
#include "app/measure.hpp"
#include "app/merge.hpp"
#include "app/pack.hpp"
#include "app/reproduce.hpp"
#include "app/run.hpp"
#include "app/run_report.hpp"
#include "app/signals.hpp"
#include "app/version.hpp"
#include "host/discovery.hpp"
#include "util/nearest.hpp"

namespace touchstone {
namespace {

namespace fs = std::filesystem;

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

const Subcommand* find_command(const std::string& name) {
  for (const Subcommand& command : commands())
    if (command.name == name) return &command;
  return nullptr;
}

Error unknown_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Subcommand& command : commands()) names.push_back(command.name);
  const auto near = nearest(name, names);
  return {ErrorCode::config, fmt::format("unknown command '{}'", name), "touchstone",
          near ? fmt::format("did you mean {}?", *near) : "touchstone --help lists them"};
}

ExitCode run_command(const Subcommand& command, const std::vector<std::string>& words, const std::string& program,
                     std::stop_token stop) {
  auto arguments = parse(command, words);
  if (!arguments) {
    print_error(std::cerr, arguments.error());
    return ExitCode::usage;
  }
  if (arguments->has("help")) {
    std::cout << help(command);
    return ExitCode::done;
  }
  const bool plain = std::getenv("NO_COLOR") != nullptr;
  const Log log(arguments->has("verbose") ? Level::debug : Level::warning);
  const SystemClock clock;
  const Layout layout = find_layout(program);
  const char* named = std::getenv("TOUCHSTONE_PLUGIN_PATH");
  auto folders = search_path(arguments->all("plugins"), named ? named : "", layout.plugins);
  if (!folders) {
    print_error(std::cerr, folders.error());
    return exit_code(folders.error().code);
  }
  Services host(log, stop, {layout.operators, layout.workers});
  Registry registry(*folders);
  App app{std::cout,
          std::cerr,
          is_terminal(STDOUT_FILENO) && !plain,
          is_terminal(STDERR_FILENO),
          layout,
          *folders,
          log,
          clock,
          registry,
          host,
          stop};
  const ExitCode code = command.run(*arguments, app);
  std::cout.flush();
  return std::cout ? code : ExitCode::environment;
}

}  // namespace

Layout find_layout(const std::string& program) {
  std::error_code error;
  fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) self = fs::absolute(program);
  const fs::path prefix = self.parent_path().parent_path();
  const fs::path share = prefix / "share/touchstone";
  return {(prefix / "lib/touchstone/plugins").string(), (share / "operators").string(), (share / "configs").string(),
          (share / "workers").string()};
}

const std::vector<Subcommand>& commands() {
  static const std::vector<Subcommand> all{
      init_command(),   run_command_entry(), check_command_entry(), eval_command(),
      report_command(), measure_command(),   reproduce_command(),   merge_command(),
      pack_command(),   unpack_command(),    list_command(),        describe_command(),
      doctor_command(), admit_command(),     conform_command(),     capture_command()};
  return all;
}

void print_error(std::ostream& err, const Error& error) {
  err << (error.where.empty() ? "error: " : error.where + ": ") << error.what << '\n';
  if (!error.hint.empty()) err << "  → " << error.hint << '\n';
  for (const Error& more : error.also) print_error(err, more);
}

ExitCode fail(App& app, const std::vector<Error>& errors) {
  for (const Error& error : errors) print_error(app.err, error);
  return errors.empty() ? ExitCode::internal : exit_code(errors.front().code);
}

int run_program(const std::vector<std::string>& words, const std::string& program) {
  const StopOnSignal stop;
  const std::string name = words.empty() ? "--help" : words.front();
  if (name == "--help" || name == "-h" || name == "help") {
    std::cout << overview(commands());
    return 0;
  }
  if (name == "--version") {
    std::cout << "touchstone " << version << '\n';
    return 0;
  }
  const Subcommand* command = find_command(name);
  if (!command) {
    print_error(std::cerr, unknown_command(name));
    return static_cast<int>(ExitCode::usage);
  }
  return static_cast<int>(run_command(*command, {words.begin() + 1, words.end()}, program, stop.token()));
}

}  // namespace touchstone
