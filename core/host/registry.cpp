#include "host/registry.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "host/describe.hpp"
#include "host/discovery.hpp"
#include "host/isolated.hpp"
#include "host/library.hpp"
#include "util/json.hpp"

namespace touchstone {
namespace {

constexpr double list_seconds = 10;

/// In a child: opens the file and describes it, as one line of JSON.
std::string describe_file(const PluginFile& file) {
  Value out;
  const auto header = open_library(file.path, {file.kind, file.name});
  if (header)
    out.set("about", describe_plugin(**header, file.path));
  else
    out.set("what", header.error().what).set("where", header.error().where).set("hint", header.error().hint);
  return write_json(out);
}

/// Opens one file in a child.
Listed list_one(const PluginFile& file) {
  Listed out{file.kind, file.name, file.path, {}, {}};
  if (const auto trusted = check_trusted(file); !trusted) {
    out.error = trusted.error();
    return out;
  }
  const auto text = in_child([&file] { return describe_file(file); }, list_seconds);
  if (!text) {
    out.error = text.error();
    out.error->what = "while it was opened, it " + out.error->what;
    out.error->where = file.path;
    return out;
  }
  const auto said = read_json(*text, file.path);
  if (!said)
    out.error = said.error();
  else if (const Value* about = said->find("about"))
    out.about = *about;
  else
    out.error = Error{ErrorCode::plugin, (*said)["what"].text(), (*said)["where"].text(), (*said)["hint"].text()};
  return out;
}

}  // namespace

void end_program(const std::string& instance, double seconds) {
  std::fflush(nullptr);
  fmt::print(
      stderr,
      "error: the plugin '{}' did not return from create within {} s; it cannot be stopped, so the program ends\n",
      instance, seconds);
  std::_Exit(4);
}

Registry::Registry(std::vector<std::string> folders, double create_seconds, LateCreate late)
    : folders_(std::move(folders)), create_seconds_(create_seconds), late_(std::move(late)) {}

Result<const PluginHeader*> Registry::find(const std::string& kind, const std::string& name) {
  if (const auto known = opened_.find({kind, name}); known != opened_.end()) return known->second.header;
  const auto file = find_plugin(folders_, kind, name);
  if (!file) return file.error();
  const auto header = open_library(file->path, {kind, name});
  if (!header) return header.error();
  opened_[{kind, name}] = {*header, file->path};
  return *header;
}

std::vector<OpenedPlugin> Registry::opened() const {
  std::vector<OpenedPlugin> out;
  for (const auto& [key, plugin] : opened_) out.push_back({key.first, key.second, plugin.header->version, plugin.path});
  return out;
}

std::vector<Listed> Registry::list(const std::string& kind) const {
  std::vector<Listed> out;
  for (const PluginFile& file : list_plugins(folders_)) {
    if (!kind.empty() && file.kind != kind) continue;
    const bool twice = !out.empty() && out.back().kind == file.kind && out.back().name == file.name;
    out.push_back(list_one(file));
    if (!twice) continue;
    // Says for both files what naming the plugin in a config would say.
    if (const auto found = find_plugin(folders_, file.kind, file.name); !found)
      out[out.size() - 2].error = out.back().error = found.error();
    else
      out.pop_back();
  }
  return out;
}

Host& Registry::host_for(const PluginBlock& block, Host& host) {
  const std::string& path = opened_[{block.kind, block.use}].path;
  const std::string folder = path.empty() ? "" : path.substr(0, path.size() - std::string_view(".so").size());
  return *hosts_.emplace_back(std::make_unique<PluginHost>(host, block.name, folder));
}

FindOptions find_options(Registry& registry) {
  return [&registry](const std::string& kind, const std::string& name) -> Result<std::span<const Option>> {
    const auto header = registry.find(kind, name);
    if (!header) return header.error();
    return options_of(**header);
  };
}

}  // namespace touchstone
