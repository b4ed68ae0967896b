#include "app/reproduce.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "app/manifest.hpp"
#include "app/run_session.hpp"
#include "app/stored_run.hpp"
#include "config/load.hpp"
#include "pipeline/drift.hpp"
#include "store/plan.hpp"
#include "util/file_system.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// The secret of the run: without it other inputs would be drawn, and nothing could be compared.
Result<std::string> secret_of(const RunPaths& paths, const Value& config) {
  if (const auto text = read_file(paths.secret(), 4096)) return std::string(trim(*text));
  const std::string& stored = config["secret"].text();
  if (!stored.empty() && stored != "(secret)") return stored;
  return Error{ErrorCode::config, "the run's judging secret is not here: other inputs would be drawn", paths.secret(),
               "ask for a copy that was packed with --with-secret"};
}

// The stored config with its secret, for another folder.
Result<Value> config_of(const RunPaths& paths, const std::string& output) {
  auto config = load_config(paths.config());
  if (!config) return config.error();
  const auto secret = secret_of(paths, *config);
  if (!secret) return secret.error();
  config->set("secret", *secret).set("output", output);
  return *config;
}

struct Comparison {
  std::vector<SampleDrift> samples;
  std::size_t compared{0};
  std::vector<std::string> notes, versions;
};

Result<Comparison> compare(const StoredRun& first, const RunPaths& second) {
  Drift drift;
  const auto before = read_records(first.paths.records(), [&](const Value& record) {
    drift.add_before(record);
    return true;
  });
  if (!before) return before.error();
  const auto after = read_records(second.records(), [&](const Value& record) {
    drift.add_after(record);
    return true;
  });
  if (!after) return after.error();
  const auto manifest = read_json_file(second.manifest());
  if (!manifest) return manifest.error();
  const bool complete = before->records >= first.manifest["planned"].integer();
  return Comparison{drift.samples(complete), drift.compared(), drift.notes(complete),
                    compare_plans(versions_of(first.manifest), versions_of(*manifest))};
}

void print(App& app, const Comparison& found, const std::string& folder) {
  if (found.samples.empty())
    app.out << fmt::format("as before: {}\n", counted(found.compared, "sample"));
  else
    app.out << fmt::format("drift in {}; {} compared\n", counted(found.samples.size(), "sample"), found.compared);
  for (const SampleDrift& sample : found.samples) {
    app.out << "\n" << printable(sample.sample) << "\n";
    for (const std::string& change : sample.changes) app.out << "  " << printable(change) << "\n";
    for (const std::string& cause : sample.causes) app.out << "  because: " << cause << "\n";
  }
  app.out << "\n" << (found.versions.empty() ? "No version changed" : "Changed between the two runs") << "\n";
  for (const std::string& change : found.versions) app.out << "  " << printable(change) << "\n";
  for (const std::string& note : found.notes) app.out << "note: " << note << "\n";
  app.out << "\nRun folder: " << folder << "\n";
}

Value json(const Comparison& found, const std::string& folder) {
  Value out, drift{Value::List{}};
  for (const SampleDrift& sample : found.samples)
    drift.add(Value()
                  .set("sample", sample.sample)
                  .set("changes", texts_value(sample.changes))
                  .set("causes", texts_value(sample.causes)));
  out.set("compared", found.compared).set("drift", drift).set("versions", texts_value(found.versions));
  return out.set("notes", texts_value(found.notes)).set("folder", folder);
}

// A run of one shard is done again as that shard.
RunPart part_of(const Value& manifest) {
  RunPart part;
  const auto& shards = manifest["shards"].list();
  if (shards.size() != 1) return part;
  if (const auto shard = read_shard(shards.front().text())) part.shard = *shard;
  return part;
}

Result<None> run_again(App& app, const Wired& wired, const Value& manifest) {
  auto folder = RunFolder::open(wired.wiring.config.output);
  if (!folder) return folder.error();
  if (auto settled = (*folder)->settle_plan(wired.plan.identity); !settled) return settled;
  return RunSession(app, wired, **folder, part_of(manifest)).go();
}

ExitCode reproduce(const Arguments& arguments, App& app) {
  const auto first = open_stored(arguments.positional.front());
  if (!first) return fail(app, first.error());
  const std::string output = std::filesystem::absolute(arguments.get("output", first->paths.folder + ".reproduced"))
                                 .lexically_normal()
                                 .string();
  const auto config = config_of(first->paths, output);
  if (!config) return fail(app, config.error());
  const WireResult result = wire_value(app, *config);
  if (!result.wired) return fail(app, result.errors);
  if (result.wired->plan.samples.empty()) {
    app.err << "nothing is selected: the tasks of this run are gone\n";
    return ExitCode::nothing;
  }
  const auto done = run_again(app, *result.wired, first->manifest);
  if (!done && done.error().code != ErrorCode::cancelled) return fail(app, done.error());
  if (!done) {
    app.err << "interrupted; the same command goes on from here\n";
    return ExitCode::interrupted;
  }
  const auto found = compare(*first, {output});
  if (!found) return fail(app, found.error());
  if (arguments.has("json"))
    app.out << write_json_pretty(json(*found, output));
  else
    print(app, *found, output);
  return found->samples.empty() ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Subcommand reproduce_command() {
  return {
      "reproduce",
      "RUN",
      "Run a run again from its folder, and say what came out otherwise",
      "touchstone reproduce runs/quickstart --output runs/again",
      1,
      1,
      {{"output,o", "DIR", "folder of the new run (default: RUN.reproduced)"}},
      reproduce,
      "The stored config and judging secret give the same inputs; models are asked again. Outcomes, phases and\n"
      "figures of verdicts are compared sample by sample, times are not; then come the versions, plugins, packages,\n"
      "devices and data that changed. The same command goes on with one that was interrupted.\n"
      "Exit codes: 0 all as before, 1 drift, 2 no such run, its secret is missing, or its config no longer holds,\n"
      "4 environment, 5 its tasks are gone, 130 interrupted.\n"};
}

}  // namespace touchstone
