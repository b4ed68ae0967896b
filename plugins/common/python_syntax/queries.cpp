#include <algorithm>
#include <deque>
#include <map>

#include "python_syntax.hpp"

namespace touchstone::python {
namespace {

constexpr std::size_t most_items = 50;
constexpr std::size_t longest_item = 120;

template <class Items>
Value listed(const Items& items) {
  Value::List out;
  for (const std::string& item : items) {
    if (out.size() == most_items) break;
    if (item.size() <= longest_item) out.emplace_back(item);
  }
  return out;
}

void merge(Uses& into, const Uses& from) {
  into.names.insert(from.names.begin(), from.names.end());
  into.calls.insert(from.calls.begin(), from.calls.end());
  into.launches.insert(from.launches.begin(), from.launches.end());
}

}  // namespace

bool defines(const Outline& outline, std::string_view name) {
  return std::any_of(outline.definitions.begin(), outline.definitions.end(),
                     [&](const Definition& it) { return it.kind != Kind::import && it.name == name; });
}

bool is_jit_kernel(const Definition& definition) {
  const auto& names = definition.decorators;
  return definition.kind == Kind::function && std::find(names.begin(), names.end(), "triton.jit") != names.end();
}

Uses reachable(const Outline& outline, const std::vector<std::string>& roots) {
  std::multimap<std::string_view, const Definition*> by_name;
  for (const Definition& it : outline.definitions)
    if (it.kind != Kind::import) by_name.emplace(it.name, &it);
  Uses out;
  std::set<std::size_t> seen;
  std::set<std::string_view> asked(roots.begin(), roots.end());
  std::deque<std::string_view> open(asked.begin(), asked.end());
  while (!open.empty()) {
    const auto [first, last] = by_name.equal_range(open.front());
    open.pop_front();
    for (auto it = first; it != last; ++it) {
      if (!seen.insert(it->second->uses).second) continue;
      const Uses& uses = outline.uses[it->second->uses];
      merge(out, uses);
      for (const std::string& name : uses.names)
        if (asked.insert(name).second) open.push_back(name);
    }
  }
  return out;
}

Value findings(const Outline& outline) {
  std::vector<std::string> kernels;
  for (const Definition& it : outline.definitions)
    if (is_jit_kernel(it)) kernels.push_back(it.name);
  std::set<std::string> launches, torch_calls;
  for (const Uses& uses : outline.uses) {
    launches.insert(uses.launches.begin(), uses.launches.end());
    for (const std::string& call : uses.calls)
      if (call.starts_with("torch.")) torch_calls.insert(call);
  }
  Value out;
  out.set("parses", outline.parses);
  if (!outline.parses) out.set("trouble", outline.trouble);
  if (outline.parses) out.set("shape", outline.shape);
  out.set("jit_kernels", listed(kernels)).set("launches", listed(launches));
  out.set("imports", listed(outline.imports)).set("torch_calls", listed(torch_calls));
  return out;
}

}  // namespace touchstone::python
