#include "entries.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace touchstone::python {
namespace {

constexpr std::uint64_t computed = number_of("computed from"), plain = number_of("comes from");
constexpr std::uint64_t target = number_of("into");

}  // namespace

void Entries::add(NameSpan to, bool computed, NameSpan from) {
  if (to.empty() || !budget_.spend(to.size() + from.size())) return;
  const auto first = static_cast<std::uint32_t>(pool_.size());
  for (const std::uint32_t it : from) pool_.push_back(tokens_.name(it));
  for (const std::uint32_t it : to) {
    if (!from.empty()) used_[it] = true;
    entries_.push_back({it, computed, first, static_cast<std::uint32_t>(from.size())});
  }
}

void Entries::merge_from(std::size_t begin) {
  std::unordered_map<std::uint64_t, std::size_t> known;
  std::size_t end = begin;
  for (std::size_t i = begin; i < entries_.size() && budget_.spend(1); ++i) {
    const Entry entry = entries_[i];
    const auto [found, fresh] = known.try_emplace(std::uint64_t{entry.token} * 2 + entry.computed, end);
    if (fresh)
      entries_[end++] = entry;
    else
      unite(entries_[found->second], entry);
  }
  entries_.resize(end);
}

/// Each name once, in the order of appearance.
void Entries::unite(Entry& into, const Entry& more) {
  if (!budget_.spend(into.count + more.count)) return;
  const auto first = static_cast<std::uint32_t>(pool_.size());
  seen_.resize(tokens_.names(), 0);
  ++turn_;
  for (const Entry& from : {into, more})
    for (std::uint32_t i = from.first; i < from.first + from.count; ++i) {
      const std::uint32_t name = pool_[i];
      if (std::exchange(seen_[name], turn_) != turn_) pool_.push_back(name);
    }
  into.first = first;
  into.count = static_cast<std::uint32_t>(pool_.size()) - first;
}

/// One entry a place, in the order of the text, of those that have to do with others. The last relation counts.
std::vector<Entries::Entry> Entries::merged() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.token < b.token; });
  std::vector<Entry> out;
  for (const Entry& entry : entries_) {
    if (!used_[entry.token]) continue;
    if (out.empty() || out.back().token != entry.token) {
      out.push_back(entry);
    } else {
      unite(out.back(), entry);
      out.back().computed = entry.computed;
    }
  }
  return out;
}

std::vector<std::uint64_t> Entries::numbers() {
  Names number(tokens_.names(), none);
  std::uint32_t next = 0;
  const auto numbered = [&](std::uint32_t name) {
    if (number[name] == none) number[name] = next++;
    return number[name];
  };
  std::vector<std::uint64_t> out;
  for (const Entry& entry : merged()) {
    if (!budget_.spend(entry.count)) return {};
    std::uint64_t state = entry.computed ? computed : plain;  // far from any number, or the first one could undo it
    for (std::uint32_t i = entry.first; i < entry.first + entry.count; ++i) state = mix(state, numbered(pool_[i]));
    out.push_back(mix(mix(state, target), numbered(tokens_.name(entry.token))));
  }
  return budget_.broken() ? std::vector<std::uint64_t>{} : out;
}

}  // namespace touchstone::python
