#include "app/manifest.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <set>
#include <thread>

#include "app/version.hpp"
#include "util/file_system.hpp"
#include "util/hash.hpp"

namespace touchstone {
namespace {

Value machine() {
  Value out;
  utsname name{};
  if (uname(&name) == 0)
    out.set("system", std::string(name.sysname) + " " + name.release).set("architecture", name.machine);
  return out.set("cores", std::thread::hardware_concurrency() + 0L);
}

Value device_value(const Device& device) {
  Value out;
  out.set("id", device.id).set("family", device.family).set("name", device.name).set("memory", device.memory);
  if (!device.trouble.empty()) out.set("trouble", device.trouble);
  return out.set("facts", device.facts);
}

// Who asks and who answers, as they say themselves, and a fingerprint of a suite's tasks that were selected.
Value data_value(const Wiring& wiring, const Plan& plan) {
  Value out, suites{Value::Map{}}, models{Value::Map{}};
  for (const WiredSuite& suite : wiring.suites) {
    std::set<std::string> hashes;
    for (const PlannedSample& sample : plan.samples)
      if (sample.suite == suite.name) hashes.insert(sample.task_hash);
    std::string all;
    for (const std::string& hash : hashes) all += hash;
    suites.set(suite.name, suite.plugin->identity().set("tasks", hashes.size()).set("tasks_sha256", sha256_hex(all)));
  }
  for (const WiredModel& model : wiring.models) models.set(model.name, model.plugin->identity());
  return out.set("suites", suites).set("models", models);
}

}  // namespace

Value devices_value(const Wiring& wiring, const Value& before) {
  Value out{Value::List{}};
  for (const auto* devices : {&wiring.devices, &wiring.unusable})
    for (const Device& device : *devices) out.add(device_value(device));
  const Value::List now = out.list();
  for (const Value& earlier : before.list()) {
    const auto same = [&](const Value& device) { return device["id"] == earlier["id"]; };
    if (std::none_of(now.begin(), now.end(), same)) out.add(earlier);
  }
  return out;
}

std::string devices_text(const Value& devices) {
  std::vector<std::pair<std::string, std::string>> by_name;  // name, ids
  for (const Value& device : devices.list()) {
    if (device.find("trouble")) continue;
    const std::string &name = device["name"].text(), &id = device["id"].text();
    const auto found =
        std::find_if(by_name.begin(), by_name.end(), [&](const auto& known) { return known.first == name; });
    if (found == by_name.end())
      by_name.emplace_back(name, id);
    else
      found->second += ", " + id;
  }
  std::string out;
  for (const auto& [name, ids] : by_name)
    out += (out.empty() ? "" : ", ") + ids + (name.empty() ? "" : " (" + name + ")");
  return out;
}

Value plugins_value(const Registry& registry) {
  Value out{Value::List{}};
  for (const auto& plugin : registry.opened()) {
    Value item;
    item.set("kind", plugin.kind).set("name", plugin.name).set("version", plugin.version).set("file", plugin.file);
    if (auto bytes = read_file(plugin.file)) item.set("sha256", sha256_hex(*bytes));
    out.add(item);
  }
  return out;
}

Value tags_value(const std::vector<Tag>& tags) {
  Value out{Value::List{}};
  for (const Tag& tag : tags)
    out.add(Value()
                .set("name", tag.name)
                .set("unit", tag.unit)
                .set("hint", tag.hint)
                .set("aggregate", tag.aggregate)
                .set("description", tag.description));
  return out;
}

std::vector<Tag> read_tags(const Value& value) {
  std::vector<Tag> out;
  for (const Value& tag : value.list())
    out.push_back({tag["name"].text(), tag["unit"].text(), tag["hint"].text(), tag["description"].text(),
                   tag["aggregate"].text()});
  return out;
}

Value make_manifest(const App& app, const Wiring& wiring, const Plan& plan, const Workshop* workshop) {
  Value out, containment{Value::List{}};
  out.set("touchstone", version).set("abi", static_cast<long>(abi_version)).set("started", app.clock.utc());
  out.set("machine", machine());
  if (workshop) {
    for (const Feature& feature : workshop->containment())
      containment.add(Value().set("name", feature.name).set("holds", feature.holds).set("detail", feature.detail));
    out.set("devices", devices_value(wiring)).set("workers", workshop->facts()).set("containment", containment);
  }
  out.set("plugins", plugins_value(app.registry))
      .set("plugins_found", app.registry.found())
      .set("data", data_value(wiring, plan));
  out.set("tags", tags_value(wiring.tags()));
  return out.set("seed", wiring.config.seed).set("planned", plan.samples.size());
}

void note_shard(Value& manifest, const Shard& shard, const Value& before, const Plan& plan) {
  if (shard.whole()) return;
  std::set<std::string> shards{shard.text()};
  for (const Value& other : before["shards"].list()) shards.insert(other.text());
  std::vector<Shard> parts;
  for (const std::string& text : shards)
    if (auto part = read_shard(text)) parts.push_back(*part);
  const auto taken = [&](const PlannedSample& sample) {
    return std::ranges::any_of(parts, [&](const Shard& part) { return part.takes(sample.asked); });
  };
  Value list{Value::List{}};
  for (const std::string& text : shards) list.add(text);
  manifest.set("shards", list).set("samples of the plan", plan.samples.size());
  manifest.set("planned", std::ranges::count_if(plan.samples, taken));
}

Value versions_of(const Value& manifest) {
  Value out, plugins{Value::Map{}};
  for (const Value& plugin : manifest["plugins"].list())
    plugins.set(plugin["kind"].text() + " " + plugin["name"].text(),
                Value().set("version", plugin["version"]).set("sha256", plugin["sha256"]));
  for (const char* key : {"touchstone", "abi", "machine", "devices", "workers"}) out.set(key, manifest[key]);
  return out.set("plugins", plugins).set("data", manifest["data"]);
}

}  // namespace touchstone
