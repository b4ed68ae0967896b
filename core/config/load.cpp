#include "config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <vector>

#include "config/place.hpp"
#include "config/wrong_value.hpp"
#include "config/yaml_reader.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t include_depth_limit = 16;

/// `from` is where the file was named; it has no line for the first.
Result<Value> load(const std::string& path, const Place& from, std::vector<std::string>& open);

/// The files that `include` names, merged in order.
Result<Value> load_includes(const Value& include, std::vector<std::string>& open) {
  Value out(Value::Map{});
  for (const Value& item : include.is_list() ? include.list() : Value::List{include}) {
    if (!item.is_text())
      return config_error(item.place,
                          fmt::format("include: expected a file, or a list of files, found {}", shown(item)),
                          "write include: [FILE.yaml]");
    const std::string path = (fs::path(item.place.file).parent_path() / item.text()).lexically_normal().string();
    auto part = load(path, item.place, open);
    if (!part) {
      Error error = part.error();
      // A mistake inside the included file has its own place; one with the file as a whole belongs to who included it.
      if (error.code == ErrorCode::io)
        return config_error(item.place, fmt::format("include: {}: {}", path, error.what),
                            "paths start at the folder of the file that names them");
      return error;
    }
    out = merged(out, *part);
  }
  return out;
}

Result<Value> load(const std::string& path, const Place& from, std::vector<std::string>& open) {
  std::error_code ignored;
  const std::string file = fs::weakly_canonical(path, ignored).string();
  if (std::ranges::find(open, file) != open.end() || open.size() >= include_depth_limit)
    return config_error(from, fmt::format("include: {} includes this file, directly or by others", path),
                        "remove one include of the circle");
  auto root = read_yaml_file(path);
  if (!root) return root.error();
  const Place start = root->is_null() ? Place{path, 1, 1} : root->place;
  if (!root->is_map())
    return config_error(
        start, fmt::format("expected a map of keys such as name, suites, models, runtime, found {}", shown(*root)),
        "write KEY: VALUE lines; touchstone init prints a config to start from");
  const Value* include = root->find("include");
  if (!include) return root;
  open.push_back(file);
  auto base = load_includes(*include, open);
  open.pop_back();
  if (!base) return base.error();
  Value own(Value::Map{});
  own.place = root->place;
  for (const auto& [key, value] : root->map())
    if (key != "include") own.set(key, value);
  return merged(*base, own);
}

void set_place(Value& value, const Place& place) {
  Value out = value.is_list() ? Value(Value::List{}) : value.is_map() ? Value(Value::Map{}) : value;
  for (Value item : value.list()) {
    set_place(item, place);
    out.add(std::move(item));
  }
  for (auto [key, item] : value.map()) {
    set_place(item, place);
    out.set(key, std::move(item));
  }
  out.place = place;
  value = std::move(out);
}

std::string instance_name(const Value& item) {
  return item.is_text() ? item.text() : item["as"].text_or(item["use"].text());
}

/// The item that the path starts with, by index or by name (which may hold dots: the longest that fits), and how much
/// of the path that was; or nothing.
struct Chosen {
  std::size_t index, length;
};
std::optional<Chosen> choose(const Value::List& list, std::string_view path) {
  const std::string first = split(path, '.').front();
  if (const auto index = parse_integer(first); index && *index >= 0 && static_cast<std::size_t>(*index) < list.size())
    return Chosen{static_cast<std::size_t>(*index), first.size()};
  std::optional<Chosen> best;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string name = instance_name(list[i]);
    if (name.empty() || !path.starts_with(name) || (path.size() > name.size() && path[name.size()] != '.')) continue;
    if (!best || name.size() > best->length) best = Chosen{i, name.size()};
  }
  return best;
}

std::string choices(const Value::List& list) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i) names.push_back(fmt::format("{} ({})", i, instance_name(list[i])));
  return names.empty() ? "the list is empty" : "there are: " + join(names, ", ");
}

/// `node` with `value` at `path`.
Result<Value> with_setting(const Value& node, std::string_view path, const Value& value) {
  if (path.empty()) return value;
  if (node.is_list()) {
    const auto chosen = choose(node.list(), path);
    if (!chosen) return config_error(value.place, fmt::format("no item '{}' in the list", path), choices(node.list()));
    Value::List list = node.list();
    const std::string_view rest = path.substr(std::min(path.size(), chosen->length + 1));
    Value& item = list[chosen->index];
    if (!rest.empty() && item.is_text()) item = Value().set("use", Value(item));
    auto inner = with_setting(item, rest, value);
    if (!inner) return inner;
    item = std::move(*inner);
    Value out(std::move(list));
    out.place = node.place;
    return out;
  }
  if (!node.is_map() && !node.is_null())
    return config_error(value.place, fmt::format("the value before '{}' is neither a map nor a list", path));
  const std::string key = split(path, '.').front();
  auto inner = with_setting(node[key], path.substr(std::min(path.size(), key.size() + 1)), value);
  if (!inner) return inner;
  Value out = node;
  if (node.is_null()) out.place = value.place;
  out.set(key, std::move(*inner));
  return out;
}

}  // namespace

Value merged(const Value& under, const Value& over) {
  if (!under.is_map() || !over.is_map()) return over;
  Value out = under;
  out.place = over.place;
  for (const auto& [key, value] : over.map()) {
    const Value* old = out.find(key);
    out.set(key, old ? merged(*old, value) : value);
  }
  return out;
}

Result<Value> load_config(const std::string& path) {
  std::vector<std::string> open;
  return load(path, {}, open);
}

Result<None> apply_setting(Value& root, std::string_view setting) {
  const std::string name = fmt::format("--set {}", setting);
  const std::size_t equals = setting.find('=');
  const auto path = split(setting.substr(0, equals), '.');
  if (equals == std::string_view::npos || std::ranges::find(path, "") != path.end())
    return Error{ErrorCode::config, "expected KEY=VALUE", name,
                 "for example --set draws=3 or --set limits.call_timeout=5s"};
  auto value = read_yaml(setting.substr(equals + 1), name);
  if (!value) return Error{ErrorCode::config, value.error().what, name, value.error().hint};
  set_place(*value, {name, 0, 0});
  auto changed = with_setting(root, setting.substr(0, equals), *value);
  if (!changed) return changed.error();
  root = std::move(*changed);
  return None{};
}

}  // namespace touchstone
