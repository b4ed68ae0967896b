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

constexpr double open_seconds = 10;

/// In a child: opens the file and describes it, as one line of JSON.
std::string describe_file(const PluginFile& file) {
  Value out;
  const auto header = open_library(file.path, {file.kind, file.name});
  if (header) return write_json(out.set("about", describe_plugin(**header, file.path)));
  out.set("what", header.error().what).set("where", header.error().where).set("hint", header.error().hint);
  return write_json(out.set("foreign", header.error().code == ErrorCode::unavailable));
}

/// What became of a child that opened the file.
Listed listed(const PluginFile& file, const Result<std::string>& text) {
  Listed out{file.kind, file.name, file.path, {}, {}};
  const auto said = text ? read_json(*text, file.path) : Result<Value>(text.error());
  if (!text) {
    out.error = Error{ErrorCode::plugin, "while it was opened, it " + text.error().what, file.path,
                      "report it to the plugin's author, or remove the file"};
  } else if (!said) {
    out.error = said.error();
  } else if (const Value* about = said->find("about")) {
    out.about = *about;
  } else {
    out.error = Error{ErrorCode::plugin, (*said)["what"].text(), (*said)["where"].text(), (*said)["hint"].text()};
    out.foreign = (*said)["foreign"].flag();
  }
  return out;
}

/// Opens files in children; those that everybody may write are not opened.
std::vector<Listed> list_files(const std::vector<PluginFile>& files) {
  std::vector<Listed> out;
  std::vector<std::size_t> trusted;
  for (const PluginFile& file : files) {
    out.push_back({file.kind, file.name, file.path, {}, {}});
    if (auto may = check_trusted(file); !may)
      out.back().error = may.error();
    else
      trusted.push_back(out.size() - 1);
  }
  const auto describe = [&](std::size_t i) { return describe_file(files[trusted[i]]); };
  const auto texts = each_in_child(trusted.size(), describe, open_seconds);
  for (std::size_t i = 0; i < texts.size(); ++i) out[trusted[i]] = listed(files[trusted[i]], texts[i]);
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
  if (const Listed tried = list_files({*file}).front(); tried.error) return *tried.error;
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

std::size_t Registry::found() const { return list_plugins(folders_).size(); }

std::vector<Listed> Registry::list(const std::string& kind) const {
  std::vector<PluginFile> files = list_plugins(folders_);
  if (!kind.empty()) std::erase_if(files, [&](const PluginFile& file) { return file.kind != kind; });
  std::vector<Listed> out;
  for (Listed& one : list_files(files)) {
    const bool twice = !out.empty() && out.back().kind == one.kind && out.back().name == one.name;
    out.push_back(std::move(one));
    if (!twice) continue;
    // Says for both files what naming the plugin in a config would say.
    if (const auto found = find_plugin(folders_, out.back().kind, out.back().name); !found)
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
