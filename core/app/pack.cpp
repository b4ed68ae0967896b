#include "app/pack.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "app/nearby.hpp"
#include "app/stored_run.hpp"
#include "config/load.hpp"
#include "config/yaml_writer.hpp"
#include "store/pack.hpp"
#include "util/json.hpp"

namespace touchstone {
namespace {

namespace fs = std::filesystem;

// The stored config without the secret that a finished run has in it.
Result<std::string> config_without_secret(const RunPaths& paths) {
  const auto config = load_config(paths.config());
  if (!config) return config.error();
  Value out{Value::Map{}};
  for (const auto& [key, value] : config->map())
    if (key != "secret") out.set(key, value);
  return write_yaml(out);
}

// Drawn, or given: completions that were only asked for have none.
Result<bool> has_secret(const RunPaths& paths) {
  std::error_code absent;
  if (fs::exists(paths.secret(), absent)) return true;
  const auto config = load_config(paths.config());
  if (!config) return config.error();
  return !(*config)["secret"].text().empty();
}

ExitCode say(App& app, const Arguments& arguments, const std::string& key, const std::string& path) {
  if (arguments.has("json"))
    app.out << write_json_pretty(Value().set(key, path));
  else
    app.out << path << "\n";
  return ExitCode::done;
}

ExitCode end(App& app, const Error& error) {
  if (error.code != ErrorCode::cancelled) return fail(app, error);
  app.err << error.what << "\n";
  return ExitCode::interrupted;
}

ExitCode pack(const Arguments& arguments, App& app) {
  const auto run = open_stored(arguments.positional.front());
  if (!run) return fail(app, run.error());
  const std::string name = fs::path(run->paths.folder).filename().string() + ".tar.gz";
  const std::string file = fs::absolute(arguments.get("output", name)).lexically_normal().string();
  const auto drawn = has_secret(run->paths);
  if (!drawn) return fail(app, drawn.error());
  if (!*drawn)
    app.err << "this run has no judging secret yet: each machine that goes on with it draws its own, unless they are "
               "given the same: --set secret=…\n";
  PackOptions options;
  options.with_secret = arguments.has("with-secret");
  if (!options.with_secret) {
    auto config = config_without_secret(run->paths);
    if (!config) return fail(app, config.error());
    options.config = std::move(*config);
    if (*drawn)
      app.err << "the judging secret stays here: what is not judged yet cannot be judged elsewhere, nor the run "
                 "reproduced; --with-secret packs it\n";
  }
  if (const auto packed = pack_run(run->paths, file, options, app.stop); !packed) return end(app, packed.error());
  return say(app, arguments, "file", file);
}

// "runs/one.tar.gz" to "one", here.
std::string folder_of(const std::string& file) {
  std::string name = fs::path(file).filename().string();
  for (const char* ending : {".gz", ".tgz", ".tar"})
    if (name.ends_with(ending)) name.resize(name.size() - std::string_view(ending).size());
  return name;
}

ExitCode unpack(const Arguments& arguments, App& app) {
  const std::string& file = arguments.positional.front();
  const std::string folder = fs::absolute(arguments.get("output", folder_of(file))).lexically_normal().string();
  auto unpacked = unpack_run(fs::absolute(file).string(), folder, app.stop);
  if (unpacked) return say(app, arguments, "folder", folder);
  Error error = unpacked.error();
  if (error.hint.empty() && error.code == ErrorCode::config) error.hint = file_hint(file);
  return end(app, error);
}

}  // namespace

Subcommand pack_command() {
  return {
      "pack",
      "RUN",
      "Put a run's folder into one file",
      "touchstone pack runs/quickstart --output quickstart.tar.gz",
      1,
      1,
      {{"output,o", "FILE", "the file (default: NAME.tar.gz in the current folder)"},
       {"with-secret", "", "the judging secret travels, too"}},
      pack,
      "What travels: records, artifacts (prompts' answers and code), stored completions, measurements, manifest,\n"
      "plan, status, and the config with its paths. What never does: the lock. The judging secret stays unless\n"
      "--with-secret: the file `secret`, and the line that a finished run's config.yaml has. With it a candidate\n"
      "could foresee its inputs, so keep it while any model is still to be judged with it; without it a run can be\n"
      "shown, measured, compared and merged, but not gone on with or reproduced.\n"
      "Exit codes: 0 packed, 2 usage, no such run, or the file is there, 4 environment (also: a run is at work in\n"
      "the folder), 130 interrupted (nothing was kept).\n"};
}

Subcommand unpack_command() {
  return {
      "unpack",
      "FILE",
      "Make a run's folder of such a file, and verify it",
      "touchstone unpack quickstart.tar.gz --output runs/quickstart",
      1,
      1,
      {{"output,o", "DIR", "the folder, which must not be there (default: the file's name, in the current one)"}},
      unpack,
      "Absolute paths, '..', links and devices are refused before anything is written; every file is checked by its\n"
      "checksum before the folder gets its name. A file from a stranger may still hold any text: look before you run\n"
      "its config.\n"
      "Exit codes: 0 unpacked, 2 usage, no such file, or the folder is there, 4 the file is damaged or no packed run,\n"
      "or the disk is full, 130 interrupted (nothing was kept).\n"};
}

}  // namespace touchstone
