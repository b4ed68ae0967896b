#include "report/threshold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "report/render.hpp"
#include "util/nearest.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

Error wrong(std::string_view expression, std::string what, std::string hint) {
  return {ErrorCode::config, std::move(what), fmt::format("--fail-on '{}'", expression), std::move(hint)};
}

std::optional<double> read_value(std::string_view text, const Tag& tag) {
  if (tag.hint == "duration") return parse_duration(text);
  if (tag.hint == "bytes") return parse_bytes(text);
  double unit = 1;
  if (tag.hint == "percentage" && text.ends_with('%')) unit = 0.01, text.remove_suffix(1);
  if (tag.hint == "ratio" && text.ends_with('x')) text.remove_suffix(1);
  const auto number = parse_real(trim(text));
  if (number && tag.hint == "percentage" && (*number * unit < 0 || *number * unit > 1)) return std::nullopt;
  return number ? std::optional(*number * unit) : std::nullopt;
}

bool holds(double value, const Threshold& threshold) {
  if (threshold.comparison == "<") return value < threshold.value;
  if (threshold.comparison == "<=") return value <= threshold.value;
  return threshold.comparison == ">" ? value > threshold.value : value >= threshold.value;
}

}  // namespace

Result<Threshold> read_threshold(std::string_view expression, std::span<const Tag> tags) {
  const std::size_t at = expression.find_first_of("<>");
  if (at == std::string_view::npos)
    return wrong(expression, "expected FIGURE < VALUE, or <=, >, >=", "for example 'call accuracy < 80 %'");
  const std::string_view name = trim(expression.substr(0, at));
  std::string_view rest = expression.substr(at + 1);
  Threshold out{{}, std::string(1, expression[at]), 0};
  if (rest.starts_with('=')) out.comparison += '=', rest.remove_prefix(1);
  std::vector<std::string> known;
  for (const Tag& tag : tags)
    if (tag.aggregate != "none") known.push_back(tag.name);
  const auto tag = std::ranges::find(tags, name, &Tag::name);
  if (tag == tags.end() || tag->aggregate == "none") {
    const auto near = nearest(std::string(name), known);
    return wrong(expression, fmt::format("the run has no figure '{}'", name),
                 near ? fmt::format("did you mean {}?", *near) : "there are: " + join(known, ", "));
  }
  out.tag = *tag;
  const auto value = read_value(trim(rest), out.tag);
  if (!value)
    return wrong(expression, fmt::format("'{}' is no value of {}", trim(rest), out.tag.name),
                 "for example " + format_figure(out.tag.hint == "bytes" ? 1 << 30 : 0.5, out.tag));
  out.value = *value;
  return out;
}

std::vector<std::string> failures(const Threshold& threshold, const std::vector<Group>& groups) {
  std::vector<std::string> out;
  for (const Group& group : groups) {
    if (group.by != "model") continue;
    const std::string whose = fmt::format("{} {} {}: {}", group.suite, group.model, group.prompt, threshold.tag.name);
    bool measured = false;
    for (const Figure& figure : group.figures) {
      if (figure.tag.name != threshold.tag.name) continue;
      measured = true;
      if (holds(figure.value, threshold))
        out.push_back(fmt::format("{} is {}, {} {}", whose, format_figure(figure.value, figure.tag),
                                  threshold.comparison, format_figure(threshold.value, figure.tag)));
    }
    if (!measured) out.push_back(whose + " was not measured");
  }
  return out;
}

}  // namespace touchstone
