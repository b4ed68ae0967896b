#include "app/merge.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <ostream>

#include "app/merged_manifest.hpp"
#include "app/run_report.hpp"
#include "app/stored_run.hpp"
#include "config/load.hpp"
#include "config/yaml_writer.hpp"
#include "pipeline/merge.hpp"
#include "store/plan.hpp"
#include "util/file_system.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

struct Plans {
  std::optional<Value> judged, asked;  ///< plan.json, asking.json
};

// Every run that has such a plan must have the same one.
Result<std::optional<Value>> common_plan(const std::vector<StoredRun>& runs, std::string (RunPaths::*path)() const) {
  std::optional<Value> out;
  const StoredRun* first = nullptr;
  for (const StoredRun& run : runs) {
    std::error_code code;
    if (!std::filesystem::exists((run.paths.*path)(), code)) continue;
    auto plan = read_json_file((run.paths.*path)());
    if (!plan) return plan.error();
    if (!out) {
      out = std::move(*plan);
      first = &run;
      continue;
    }
    const auto differences = compare_plans(*out, *plan);
    if (differences.empty()) continue;
    std::string what = "it is a run of another plan than " + first->paths.folder + ":";
    for (const std::string& line : differences) what += "\n  " + line;
    return Error{ErrorCode::config, what, run.paths.folder,
                 "merge joins parts of one plan; compare shows runs of different ones side by side"};
  }
  return out;
}

Result<std::string> common_secret(const std::vector<StoredRun>& runs, std::vector<std::string>& notes) {
  std::string out;
  std::size_t unknown = 0;
  for (const StoredRun& run : runs) {
    const auto text = read_file(run.paths.secret(), 4096);
    const std::string secret = text ? std::string(trim(*text)) : "";
    if (secret.empty()) ++unknown;
    if (!out.empty() && !secret.empty() && secret != out)
      return Error{ErrorCode::config, "it was judged with another secret, so by other inputs", run.paths.folder,
                   "run the parts of a plan with one secret: --set secret=…"};
    if (out.empty()) out = secret;
  }
  if (unknown && !out.empty())
    notes.push_back(fmt::format("{} came without a secret: that it is the same is not known", counted(unknown, "run")));
  return out;
}

struct Work {
  std::vector<StoredRun> runs;
  Plans plans;
  std::string secret;
  std::vector<std::string> notes;
};

Result<Work> gather(const std::vector<std::string>& folders, const std::string& output) {
  Work out;
  for (const std::string& folder : folders) {
    auto run = open_stored(folder);
    if (!run) return run.error();
    if (run->paths.folder != output) out.runs.push_back(std::move(*run));
  }
  if (auto merged = open_stored(output)) out.runs.push_back(std::move(*merged));  // what it holds already counts
  auto judged = common_plan(out.runs, &RunPaths::plan), asked = common_plan(out.runs, &RunPaths::asking);
  if (!judged) return judged.error();
  if (!asked) return asked.error();
  out.plans = {std::move(*judged), std::move(*asked)};
  auto secret = common_secret(out.runs, out.notes);
  if (!secret) return secret.error();
  out.secret = std::move(*secret);
  for (const StoredRun& run : out.runs)
    if (std::error_code code; run.paths.folder != output && std::filesystem::exists(run.paths.measurements(), code))
      out.notes.push_back("measurements of " + run.paths.folder + " are not merged: measure the merged run");
  return out;
}

Result<None> begin(RunFolder& folder, const Work& work) {
  if (work.plans.judged)
    if (auto settled = folder.settle_plan(*work.plans.judged); !settled) return settled;
  if (work.plans.asked)
    if (auto settled = folder.settle_asking(*work.plans.asked); !settled) return settled;
  if (!work.secret.empty())
    if (auto secret = folder.secret(work.secret); !secret) return secret.error();
  return None{};
}

Result<None> write_config(RunFolder& folder, const Work& work, bool whole) {
  auto config = load_config(work.runs.front().paths.config());
  if (!config) return config.error();
  config->set("output", folder.paths().folder);
  if (whole && !work.secret.empty()) config->set("secret", work.secret);
  return folder.write_config(write_yaml(*config));
}

Result<MergeResult> merge_into(RunFolder& folder, Work& work, App& app) {
  if (auto begun = begin(folder, work); !begun) return begun.error();
  std::vector<RunPaths> parts;
  std::vector<Value> manifests;
  for (const StoredRun& run : work.runs) {
    manifests.push_back(run.manifest);
    if (run.paths.folder != folder.paths().folder) parts.push_back(run.paths);
  }
  const Value& plan = work.plans.judged ? *work.plans.judged : *work.plans.asked;
  const long planned = plan["samples"].integer();
  auto merged = Merge(folder, parts, app.stop).run();
  if (!merged) return merged.error();
  for (const std::string& note : merged->notes) work.notes.push_back(note);
  const std::string missing = missing_shards(manifests);
  if (merged->records < planned && !missing.empty()) work.notes.push_back("shards that are not here: " + missing);
  if (auto kept = folder.write_manifest(merged_manifest(manifests, planned, work.notes)); !kept) return kept.error();
  if (auto kept = write_config(folder, work, merged->records >= planned); !kept) return kept.error();
  const char* state = merged->records < planned ? "merged, incomplete" : "finished";
  if (auto kept = folder.write_status(Value().set("state", state)); !kept) return kept.error();
  return merged;
}

ExitCode merge(const Arguments& arguments, App& app) {
  if (!arguments.has("output"))
    return fail(app,
                Error{ErrorCode::config, "--output is missing", "touchstone merge", "for example --output runs/all"});
  const std::string output = std::filesystem::absolute(arguments.get("output")).lexically_normal().string();
  auto work = gather(arguments.positional, output);
  if (!work) return fail(app, work.error());
  if (!work->plans.judged && !work->plans.asked)
    return fail(app, Error{ErrorCode::config, "none of the runs has a plan", arguments.positional.front()});
  auto folder = RunFolder::open(output);
  if (!folder) return fail(app, folder.error());
  const auto merged = merge_into(**folder, *work, app);
  if (!merged && merged.error().code == ErrorCode::cancelled) {
    app.err << "interrupted; the same command goes on from here\n";
    return ExitCode::interrupted;
  }
  if (!merged) return fail(app, merged.error());
  app.err << fmt::format("{}: {} added{}\n", output, counted(static_cast<std::size_t>(merged->added), "record"),
                         merged->completions ? fmt::format(", {} stored completions", merged->completions) : "");
  const auto report = read_report(output);
  if (!report) return fail(app, report.error());
  print_report(app, *report, {arguments.has("json") ? "json" : "table"});
  return ExitCode::done;
}

}  // namespace

Subcommand merge_command() {
  return {
      "merge",
      "RUN…",
      "Join runs of one plan (shards, halves, a merge and its parts) in one folder",
      "touchstone merge runs/part1 runs/part2 --output runs/all",
      1,
      10000,
      {{"output,o", "DIR", "folder of the merged run; one that is there is added to"}},
      merge,
      "The runs are only read. Merging again changes nothing, and the order of the runs means nothing: of two records\n"
      "of one sample, one that was judged is kept, and of two of those always the same one. Runs of different plans\n"
      "or secrets are refused. What is missing is said; touchstone run CONFIG --output DIR does it.\n"
      "Exit codes: 0 merged (also where samples are missing), 2 usage, no such run, or another plan, 4 environment,\n"
      "130 interrupted (the same command goes on).\n"};
}

}  // namespace touchstone
