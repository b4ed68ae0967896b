#include "pipeline/shard.hpp"

#include <charconv>

#include "util/text.hpp"

namespace touchstone {

// Keys are hex digits of a hash: their start is as good as drawn.
bool Shard::takes(std::string_view key) const {
  unsigned long long number = 0;
  const std::string_view start = key.substr(0, 15);
  std::from_chars(start.data(), start.data() + start.size(), number, 16);
  return static_cast<int>(number % static_cast<unsigned long long>(count)) == index - 1;
}

Result<Shard> read_shard(const std::string& text) {
  const std::vector<std::string> parts = split(text, '/');
  const auto index = parse_integer(parts.front()), count = parse_integer(parts.back());
  if (parts.size() == 2 && index && count && *index >= 1 && *count >= *index && *count <= 1000000)
    return Shard{static_cast<int>(*index), static_cast<int>(*count)};
  return Error{ErrorCode::config, "'" + text + "' is no part of a run", "--shard", "write 1/4 for the first of four"};
}

}  // namespace touchstone
