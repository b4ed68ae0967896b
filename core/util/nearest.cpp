#include "util/nearest.hpp"

#include <algorithm>
#include <vector>

namespace touchstone {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Optimal string alignment: three rows of the table are enough.
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::optional<std::string> nearest(std::string_view given, std::span<const std::string> known) {
  std::optional<std::string> best;
  std::size_t least = 0;
  for (const std::string& name : known) {
    const std::size_t longest = std::max(given.size(), name.size());
    if (longest > 100) continue;  // no name is that long: spare the table
    const std::size_t distance = edit_distance(given, name);
    if (distance > std::max<std::size_t>(1, longest / 3) || distance >= longest || (best && distance >= least))
      continue;
    best = name;
    least = distance;
  }
  return best;
}

}  // namespace touchstone
