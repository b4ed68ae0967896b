#include "store/plan.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "util/json.hpp"
#include "util/text.hpp"

namespace touchstone {

namespace {

constexpr std::size_t most_shown = 120;  // bytes of a value in a message

std::string show(const Value& value) { return shortened(write_json(value), most_shown); }

std::string name_of(const Value& item) {
  for (const std::string_view key : {"as", "name", "use", "id"})
    if (!item[key].text().empty()) return item[key].text();
  return item.text();
}

/// A list as a map from its items' names; positions where names are missing or come twice.
Value::Map named(const Value::List& list) {
  std::set<std::string> names;
  for (const Value& item : list) names.insert(name_of(item));
  const bool by_name = names.size() == list.size() && !names.contains("");
  Value::Map out;
  for (std::size_t i = 0; i < list.size(); ++i)
    out.emplace_back(by_name ? name_of(list[i]) : std::to_string(i), list[i]);
  return out;
}

const Value* find(const Value::Map& map, const std::string& key) {
  for (const auto& [name, value] : map)
    if (name == key) return &value;
  return nullptr;
}

void compare(const std::string& path, const Value& before, const Value& now, std::vector<std::string>& out);

void compare_items(const std::string& path, bool list, const Value::Map& before, const Value::Map& now,
                   std::vector<std::string>& out) {
  const auto at = [&](const std::string& key) {
    if (list) return path + "[" + key + "]";
    return path.empty() ? key : path + "." + key;
  };
  for (const auto& [key, value] : now) {
    if (const Value* old = find(before, key))
      compare(at(key), *old, value, out);
    else
      out.push_back(at(key) + ": is new: " + show(value));
  }
  for (const auto& [key, value] : before)
    if (!find(now, key)) out.push_back(at(key) + ": is gone, was " + show(value));
}

/// The order of a list means something (models, judges); that of a map's keys does not.
void compare_lists(const std::string& path, const Value::Map& before, const Value::Map& now,
                   std::vector<std::string>& out) {
  const std::size_t known = out.size();
  compare_items(path, true, before, now, out);
  const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
  if (out.size() == known && !std::ranges::equal(before, now, same_name)) out.push_back(path + ": is in another order");
}

void compare(const std::string& path, const Value& before, const Value& now, std::vector<std::string>& out) {
  if (before.is_map() && now.is_map())
    compare_items(path, false, before.map(), now.map(), out);
  else if (before.is_list() && now.is_list())
    compare_lists(path, named(before.list()), named(now.list()), out);
  else if (before != now)
    out.push_back(path + ": was " + show(before) + ", is now " + show(now));
}

}  // namespace

std::vector<std::string> compare_plans(const Value& before, const Value& now) {
  std::vector<std::string> out;
  compare("", before, now, out);
  return out;
}

}  // namespace touchstone
