#include "app/capture.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <limits>
#include <ostream>

#include "app/nearby.hpp"
#include "app/wire.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

namespace fs = std::filesystem;

/// The program that a runtime starts the shared parent with: what runs parent.py runs capture.py.
Result<std::string> python_of(const Arguments& arguments, App& app) {
  const auto name = runtime_name(arguments, app);
  if (!name) return name.error();
  auto runtime = create_alone<Runtime>(app, *name, {});
  if (!runtime) return runtime.error();
  const auto devices = guarded(
      *name, [&] { return (*runtime)->devices(); }, "devices");
  if (!devices) return devices.error();
  for (const Device& device : *devices) {
    if (!device.trouble.empty()) continue;
    const auto start = (*runtime)->start(Role::checker, device);
    if (!start) return start.error();
    const bool shared = std::ranges::any_of(start->argv, [](const auto& word) { return word.ends_with("/parent.py"); });
    if (shared) return start->argv.front();
    return Error{ErrorCode::config, "its workers are not started by the shared parent, so it brings no Python", *name,
                 "name another runtime: --runtime NAME"};
  }
  return Error{ErrorCode::environment, "no device can be used here", *name, "touchstone doctor says why"};
}

/// A word fit for a folder of operators, from the script's name.
std::string family_of(const std::string& script) {
  std::string out = fs::path(script).stem().string();
  for (char& c : out)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return out;
}

/// Becomes the program, as if it had been started by hand: its terminal, environment and signals are its own.
Error become(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  std::signal(SIGXFSZ, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::execvp(argv.front(), argv.data());
  return {ErrorCode::environment, fmt::format("cannot be started: {}", std::strerror(errno)), words.front(),
          "touchstone doctor says what is missing"};
}

ExitCode capture(const Arguments& arguments, App& app) {
  const std::string& script = arguments.positional.front();
  if (!arguments.has("function"))
    return fail(app, Error{ErrorCode::config, "--function is missing", "touchstone capture",
                           "for example --function mymodule.attention"});
  if (!fs::is_regular_file(script))
    return fail(app, Error{ErrorCode::config, "there is no such file", script, file_hint(script)});
  const auto most = parse_integer(arguments.get("most", "32"));
  if (!most || *most < 1)
    return fail(app, Error{ErrorCode::config, "expected a whole number from 1 on", "--most", "write --most 32"});
  const auto python = python_of(arguments, app);
  if (!python) return fail(app, python.error());
  std::vector<std::string> words{*python,    app.layout.workers + "/capture.py",
                                 "--output", fs::absolute(arguments.get("output", "captured")).string(),
                                 "--family", family_of(script),
                                 "--most",   std::to_string(*most)};
  for (const std::string& name : arguments.all("function")) words.insert(words.end(), {"--function", name});
  if (arguments.has("data")) words.emplace_back("--data");
  words.emplace_back("--");
  words.insert(words.end(), arguments.positional.begin(), arguments.positional.end());
  app.out.flush();
  return fail(app, become(words));
}

}  // namespace

Subcommand capture_command() {
  return {
      "capture",
      "SCRIPT.py [-- ARGS…]",
      "Run a PyTorch program of yours and make operators of the calls it makes",
      "touchstone capture train.py --function mymodule.attention -- --steps 3",
      1,
      std::numeric_limits<std::size_t>::max(),
      {{"function", "NAME", "a function by its whole name (repeatable): mymodule.attention"},
       {"output,o", "DIR", "folder of operators to write to (default: captured)"},
       {"data", "", "keep the values of tensors too, not their statistics alone"},
       {"most", "N", "distinct calls kept of each function (default: 32)"},
       {"runtime", "NAME", "the runtime whose Python runs the program, where there are several"}},
      capture,
      "The program is trusted: it runs as you would run it, with no walls around it. No data leaves it without\n"
      "--data: sizes, dtypes, layouts, scalars and statistics are kept, at DIR/SCRIPT/FUNCTION/.\n"
      "Exit codes: 0 captured, 1 the program failed (what it called before is kept), 2 usage, 5 nothing was called.\n"};
}

}  // namespace touchstone
