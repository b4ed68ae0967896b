#include "pipeline/merge.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "pipeline/publish.hpp"
#include "store/records.hpp"
#include "util/file_system.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

Error stopped(const std::string& folder) { return {ErrorCode::cancelled, "the merge was interrupted", folder}; }

std::string judged_part(Value record) { return sha256_hex(write_json(record.set("observed", Value()))); }

// An answer is better than a failure to ask; of two answers, either, but always the same.
bool is_better(const Value& completion, const Value& other) {
  const bool failed = completion["finish"].text() == "error", other_failed = other["finish"].text() == "error";
  if (failed != other_failed) return other_failed;
  return sha256_hex(write_json(completion)) < sha256_hex(write_json(other));
}

}  // namespace

Result<None> Merge::choose(const RunPaths& part, std::size_t source) {
  std::optional<Error> failed;
  const auto reading = read_records(part.records(), [&](const Value& record) {
    const std::string& key = record["key"].text();
    const Choice choice{is_final(record), sha256_hex(write_json(record)), judged_part(record), source};
    if (source == 0) own_[key] = choice;
    const auto [known, first] = best_.try_emplace(key, choice);
    if (first) return true;
    if (known->second.final && choice.final && known->second.judged != choice.judged)
      disputed_[key] = record["task"].text();
    if (choice.better_than(known->second)) known->second = choice;
    return !stop_.stop_requested();
  });
  if (!reading) return reading.error();
  if (stop_.stop_requested()) return stopped(into_.paths().folder);
  return None{};
}

Result<None> Merge::copy_texts(const RunPaths& part, const std::string& key) {
  Result<None> kept{None{}};
  Texts texts = read_texts(part, key);
  each_text(texts, [&](const char* name, const std::string& text) {
    if (kept && !text.empty()) kept = into_.write_artifact(key, name, text);
  });
  return kept;
}

// Artifacts first: a record never speaks of what is not there.
Result<None> Merge::copy_records(std::size_t source, MergeResult& result) {
  auto records = Records::open(into_.paths().records());
  if (!records) return records.error();
  Result<None> kept{None{}};
  const RunPaths& part = parts_[source - 1];
  const auto reading = read_records(part.records(), [&](const Value& record) {
    const std::string& key = record["key"].text();
    const auto best = best_.find(key);
    if (best == best_.end() || best->second.source != source) return true;  // another's, or written since
    const auto own = own_.find(key);
    if (own != own_.end() && own->second.hash == best->second.hash) return true;
    if (best->second.hash != sha256_hex(write_json(record))) return true;
    if (stop_.stop_requested()) kept = stopped(into_.paths().folder);
    if (kept) kept = copy_texts(part, key);
    if (kept) kept = (*records)->append(record);
    if (kept) ++result.added;
    return kept.ok();
  });
  if (!reading) return reading.error();
  return kept;
}

Result<None> Merge::copy_completions(const RunPaths& part, MergeResult& result) {
  const auto names = list_folder(part.completions());
  if (!names) return None{};  // it has none
  for (const std::string& name : *names) {
    if (!name.ends_with(".json")) continue;  // what a kill left half written
    if (stop_.stop_requested()) return stopped(into_.paths().folder);
    const std::string key = name.substr(0, name.size() - 5);
    const auto theirs = read_json_file(part.completion(key));
    if (!theirs) return theirs.error();
    std::error_code code;
    if (std::filesystem::exists(into_.paths().completion(key), code)) {
      const auto ours = read_json_file(into_.paths().completion(key));
      if (ours && !is_better(*theirs, *ours)) continue;
    }
    if (auto kept = into_.write_completion(key, *theirs); !kept) return kept;
    ++result.completions;
  }
  return None{};
}

Result<MergeResult> Merge::run() {
  MergeResult out;
  if (auto chosen = choose(into_.paths(), 0); !chosen) return chosen.error();
  for (std::size_t i = 0; i < parts_.size(); ++i)
    if (auto chosen = choose(parts_[i], i + 1); !chosen) return chosen.error();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (auto copied = copy_records(i + 1, out); !copied) return copied.error();
    if (auto copied = copy_completions(parts_[i], out); !copied) return copied.error();
  }
  for (const auto& [key, choice] : best_) out.records += choice.final;
  if (!disputed_.empty())
    out.notes.push_back(fmt::format("{} judged differently by two runs, the first {} ({}): one record of each is kept",
                                    counted(disputed_.size(), "sample"), disputed_.begin()->first,
                                    disputed_.begin()->second));
  return out;
}

}  // namespace touchstone
