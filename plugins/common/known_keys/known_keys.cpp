#include "known_keys.hpp"

#include <algorithm>
#include <vector>

namespace touchstone {
namespace {

/// Levenshtein's distance; both texts are keys, so quadratic time is nothing.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string where_of(const Value& value) {
  const Place& place = value.place;
  if (place.line == 0) return place.file;
  return place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

Error wrong(const Value& value, std::string what, std::string hint) {
  return {ErrorCode::config, std::move(what), where_of(value), std::move(hint)};
}

std::string hint_for(std::string_view given, std::span<const std::string_view> known) {
  std::string all;
  std::string_view nearest;
  std::size_t best = given.size() / 3 + 1;  // farther than a third of its letters is no slip
  for (const std::string_view word : known) {
    all.append(all.empty() ? "" : ", ").append(word);
    if (const std::size_t far = distance(given.substr(0, 64), word); far <= best && far < given.size())
      best = far - (far > 0), nearest = word;
  }
  if (!nearest.empty()) return "did you mean '" + std::string(nearest) + "'?";
  return all.empty() ? "there is none" : "known: " + all;
}

void only_keys(const Value& map, std::string_view what, std::span<const std::string_view> known, Errors& errors) {
  if (!map.is_map()) return errors.push_back(wrong(map, std::string(what) + " is no map", "write 'key: value' lines"));
  for (const auto& [key, value] : map.map())
    if (std::find(known.begin(), known.end(), key) == known.end())
      errors.push_back(wrong(value, "unknown key '" + key + "' in " + std::string(what), hint_for(key, known)));
}

}  // namespace touchstone
