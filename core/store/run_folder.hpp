#pragma once
// A run on disk: runs/<name>/ with manifest.json, plan.json, config.yaml, secret, records.jsonl, status.json,
// artifacts/<sample>/ and lock; where stages are split asking.json and completions/; later measurements/<name>/.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "touchstone/result.hpp"
#include "touchstone/value.hpp"
#include "util/descriptor.hpp"

namespace touchstone {

/// Where things lie in a run's folder; enough for who only reads.
struct RunPaths {
  std::string folder;
  std::string manifest() const { return folder + "/manifest.json"; }
  std::string plan() const { return folder + "/plan.json"; }
  std::string asking() const { return folder + "/asking.json"; }
  std::string completions() const { return folder + "/completions"; }
  std::string completion(const std::string& key) const { return completions() + "/" + key + ".json"; }
  std::string measurements() const { return folder + "/measurements"; }
  std::string config() const { return folder + "/config.yaml"; }
  std::string secret() const { return folder + "/secret"; }
  std::string records() const { return folder + "/records.jsonl"; }
  std::string status() const { return folder + "/status.json"; }
  std::string lock() const { return folder + "/lock"; }
  std::string artifacts() const { return folder + "/artifacts"; }
};

/// Fit for a file's name: letters, digits, '.', '_', '-', at most 200, not first a '.'.
bool is_plain(std::string_view name);

/// A run's folder, held by this process alone until destruction (also when it dies). Functions may be called from any
/// thread, but each file has one writer. Whole files are replaced as a whole. All errors: environment.
class RunFolder {
 public:
  /// Makes the folder or takes an old one up. Refused where another process holds it, naming that one, or where it
  /// cannot be written.
  static Result<std::unique_ptr<RunFolder>> open(const std::string& folder);

  const RunPaths& paths() const { return paths_; }
  /// True when a run has been here before: it left a plan.
  bool resumes() const { return resumes_; }

  /// Keeps the plan of a new run. On an old one the plan must be the same: otherwise an error (config) that tells every
  /// difference.
  Result<None> settle_plan(const Value& plan);
  /// Takes another plan for the folder's: records of samples that it has not stay, for who asks by key.
  Result<None> replace_plan(const Value& plan);
  /// Like settle_plan for what shaped the completions that are stored here, which is less: no device, no judge.
  Result<None> settle_asking(const Value& plan);
  /// completions/<key>.json, replaced if it is there.
  Result<None> write_completion(const std::string& key, const Value& completion);
  /// The judging secret: the one of this run, else `wanted`, else 64 random hex digits, kept with mode 0600.
  /// Error (config) where `wanted` is not the one that the run began with.
  Result<std::string> secret(std::string_view wanted = {});
  Result<None> write_manifest(const Value& manifest);
  Result<None> write_status(const Value& status);
  Result<None> write_config(std::string_view yaml);
  /// artifacts/<sample>/<name>, replaced if it is there. Both names: letters, digits, '.', '_', '-', not first a '.'.
  Result<None> write_artifact(std::string_view sample, std::string_view name, std::string_view bytes);

 private:
  RunFolder(RunPaths paths, Descriptor lock, bool resumes)
      : paths_(std::move(paths)), lock_(std::move(lock)), resumes_(resumes) {}
  Result<None> settle(const std::string& path, const Value& plan) const;
  const RunPaths paths_;
  const Descriptor lock_;
  const bool resumes_;
};

}  // namespace touchstone
