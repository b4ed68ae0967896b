#include "app/manifest.hpp"

#include <sys/utsname.h>

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
  return out.set("id", device.id)
      .set("family", device.family)
      .set("name", device.name)
      .set("memory", device.memory)
      .set("facts", device.facts);
}

}  // namespace

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
  out.set("machine", machine()).set("device", device_value(wiring.device)).set("workers", workshop.facts());
  out.set("containment", containment).set("plugins", plugins).set("plugins_found", app.registry.found());
  out.set("tags", tags_value(wiring.tags()));
  return out.set("seed", wiring.config.seed).set("planned", plan.samples.size());
}

}  // namespace touchstone
