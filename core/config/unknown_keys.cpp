#include "config/unknown_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "config/core_options.hpp"
#include "config/plain_text.hpp"
#include "util/nearest.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

using Names = std::vector<std::string>;

/// What to do about an unknown key; `meant` is the key that it stands for, or empty.
struct Advice {
  std::string hint, meant{};
};

bool has(std::span<const Option> options, std::string_view key) {
  return std::ranges::any_of(options, [key](const Option& option) { return option.key == key; });
}

/// Where the core takes this key, for one that stands a level too high or too low; empty where it takes none.
std::string home_of(const std::string& key) {
  if (has(pipeline_options(), key)) return "it belongs at the top of the file, in no block";
  if (has(limit_options(), key)) return fmt::format("it belongs into limits: {{{}: …}}", key);
  if (has(where_options(), key)) return fmt::format("it belongs into a suite's or model's where: {{{}: …}}", key);
  if (has(prompt_options(), key)) return "it belongs into an item of prompts";
  if (has(block_options("metric"), key)) return "it belongs into an item of suites, models, metrics or profilers";
  if (has(block_options("runtime"), key)) return fmt::format("it belongs into runtime: {{use: NAME, {}: …}}", key);
  return has(block_options("suite"), key) ? "it belongs into an item of suites or models" : "";
}

/// `{use:stub}`, which YAML reads as one key that ends in stub.
std::optional<Advice> missing_space(const std::string& key, const Names& known) {
  const std::size_t colon = key.find(':');
  if (colon == std::string::npos) return {};
  const std::string first = key.substr(0, colon);
  if (std::ranges::find(known, first) == known.end()) return {};
  return Advice{fmt::format("a blank is missing after the colon: write {}: {}", first, trim(key.substr(colon + 1))),
                first};
}

/// A letter of another alphabet, a blank that breaks no line: what looks right and is not.
std::optional<Advice> look_alike(const std::string& key, const Names& known) {
  const std::string odd = first_non_ascii(key);
  if (odd.empty()) return {};
  std::string plain;
  for (const char c : key)
    if (static_cast<unsigned char>(c) < 0x80) plain += c;
  const std::string bare(trim(plain));
  const std::string what = fmt::format("{} stands in it, which only looks like plain text", odd);
  if (std::ranges::find(known, bare) != known.end()) return Advice{what, bare};
  if (const auto near = nearest(bare, known)) return Advice{fmt::format("{}; did you mean '{}'?", what, *near), *near};
  const std::string home = home_of(bare);
  return Advice{home.empty() ? what : fmt::format("{}; {}", what, home)};
}

Advice advice_for(const std::string& key, const Names& known) {
  if (const auto advice = missing_space(key, known)) return *advice;
  if (const auto advice = look_alike(key, known)) return *advice;
  if (const auto near = nearest(key, known)) return {fmt::format("did you mean '{}'?", *near), *near};
  if (known.size() == 1) return {fmt::format("did you mean '{}'? It is the only key here", known[0]), known[0]};
  if (const std::string home = home_of(key); !home.empty()) return {home};
  return {known.empty() ? "it takes no options" : "known: " + join(known, ", ")};
}

}  // namespace

std::set<std::string> report_unknown_keys(const Value& block, std::span<const Option> options,
                                          std::span<const Option> beside, const std::string& owner, Errors& errors) {
  Names known;
  for (const Option& option : options) known.emplace_back(option.key);
  for (const Option& option : beside) known.emplace_back(option.key);
  std::set<std::string> meant;
  for (const auto& [key, value] : block.map()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    const Advice advice = advice_for(key, known);
    errors.push_back(
        config_error(value.place, fmt::format("{}: unknown key '{}'", owner, printable(key)), advice.hint));
    if (!advice.meant.empty() && !block.find(advice.meant)) meant.insert(advice.meant);
  }
  return meant;
}

}  // namespace touchstone
