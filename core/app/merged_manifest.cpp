#include "app/merged_manifest.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "app/manifest.hpp"
#include "store/plan.hpp"
#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

// What is kept of a part: enough to see later what came from where, under which versions.
Value entry_of(const Value& manifest) {
  Value out;
  out.set("started", manifest["started"]).set("shards", manifest["shards"]);
  return out.set("versions", versions_of(manifest));
}

// A merged run stands for its parts. Sorted, so that the order in which runs are given means nothing.
std::vector<Value> entries_of(const std::vector<Value>& manifests) {
  std::map<std::string, Value> out;
  const auto add = [&](const Value& entry) { out.emplace(entry["started"].text() + write_json(entry), entry); };
  for (const Value& manifest : manifests) {
    for (const Value& entry : manifest["merged"].list()) add(entry);
    if (manifest["merged"].list().empty()) add(entry_of(manifest));
  }
  std::vector<Value> entries;
  for (auto& [key, entry] : out) entries.push_back(std::move(entry));
  return entries;
}

std::vector<std::string> differing_versions(const std::vector<Value>& entries) {
  std::vector<std::string> out;
  for (const Value& entry : entries)
    for (const std::string& line : compare_plans(entries.front()["versions"], entry["versions"]))
      out.push_back("run of " + entry["started"].text() + ": " + line);
  return out;
}

}  // namespace

std::string missing_shards(const std::vector<Value>& manifests) {
  std::set<int> there;
  int count = 0;
  for (const Value& entry : entries_of(manifests))
    for (const Value& text : entry["shards"].list()) {
      const auto shard = read_shard(text.text());
      if (!shard || (count && shard->count != count)) return "";
      count = shard->count;
      there.insert(shard->index);
    }
  std::vector<std::string> out;
  for (int i = 1; i <= count; ++i)
    if (!there.count(i)) out.push_back(Shard{i, count}.text());
  return join(out, ", ");
}

Value merged_manifest(const std::vector<Value>& manifests, long planned, std::vector<std::string> notes) {
  const std::vector<Value> entries = entries_of(manifests);
  const auto base = std::ranges::min_element(manifests, {}, [](const Value& manifest) {
    return manifest["started"].text() + write_json(entry_of(manifest)["versions"]);
  });
  Value out{Value::Map{}}, merged{Value::List{}}, note_list{Value::List{}};
  for (const auto& [key, value] : base->map())
    if (key != "shards" && key != "samples of the plan" && key != "merged" && key != "notes") out.set(key, value);
  for (const Value& entry : entries) merged.add(entry);
  for (std::string& line : differing_versions(entries)) notes.push_back(std::move(line));
  for (const std::string& note : notes) note_list.add(note);
  return out.set("planned", planned).set("merged", merged).set("notes", note_list);
}

}  // namespace touchstone
