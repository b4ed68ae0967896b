#include "app/manifest.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <thread>

#include "app/version.hpp"
#include "util/file_system.hpp"
#include "util/hash.hpp"
#include "util/json.hpp"

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

Result<Value> read_json_file(const std::string& path) {
  auto text = read_file(path);
  if (!text) return text.error();
  return read_json(*text, path);
}

Value make_manifest(const App& app, const Wiring& wiring, const Plan& plan, const Workshop& workshop) {
  Value out, containment{Value::List{}}, plugins{Value::List{}};
  for (const Feature& feature : workshop.containment())
    containment.add(Value().set("name", feature.name).set("holds", feature.holds).set("detail", feature.detail));
  for (const auto& plugin : app.registry.opened()) {
    Value item;
    item.set("kind", plugin.kind).set("name", plugin.name).set("version", plugin.version).set("file", plugin.file);
    if (auto bytes = read_file(plugin.file)) item.set("sha256", sha256_hex(*bytes));
    plugins.add(item);
  }
  out.set("touchstone", version).set("abi", static_cast<long>(abi_version)).set("started", app.clock.utc());
  out.set("machine", machine()).set("devices", devices_value(wiring)).set("workers", workshop.facts());
  out.set("containment", containment).set("plugins", plugins).set("plugins_found", app.registry.found());
  out.set("tags", tags_value(wiring.tags()));
  return out.set("seed", wiring.config.seed).set("planned", plan.samples.size());
}

}  // namespace touchstone
