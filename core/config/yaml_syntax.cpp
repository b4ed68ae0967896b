#include "config/yaml_syntax.hpp"

#include <fmt/format.h>

#include "config/place.hpp"
#include "util/text.hpp"

namespace touchstone {
namespace {

/// What the parser says, what that means, and what to do about it.
struct Translation {
  std::string_view message, what, hint;
};
constexpr std::string_view columns = "keys of one map, and the dashes of one list, start in the same column";
constexpr Translation translations[] = {
    {"illegal map value", "a ':' stands where no value can start",
     "is this line indented too far, or a blank missing after ':' or '-' above? A text that holds ': ' needs quotes"},
    {"illegal map key", "a key stands where none can", columns},
    {"illegal block entry", "a '-' stands where no list can go on", columns},
    {"end of map not found", "the map goes on differently from how it began", columns},
    {"end of sequence not found", "the list goes on differently from how it began", columns},
    {"illegal flow end", "a ] or } closes what another bracket opened", "close [ with ] and { with }"},
    {"alias not found after *", "a * without a name stands here", "put a text that starts with * in quotes"},
    {"the referenced anchor is not defined", "a word that starts with * stands for an anchor, and there is none",
     "put a text that starts with * in quotes"},
    {"unknown token", "no text can start with this character", "put the text in quotes"},
    {"unknown escape character", "a backslash in double quotes starts an escape, and there is none of that letter",
     "use single quotes, or write the backslash twice"},
};

std::string line_of(std::string_view text, int line) {
  const auto lines = split(text, '\n');
  const auto index = static_cast<std::size_t>(std::max(line - 1, 0));
  return index < lines.size() ? lines[index] : "";
}

/// Where the bracket or brace of a list or map stands whose place is that of its key.
char bracket_at(std::string_view text, const Place& open) {
  const std::string line = line_of(text, open.line);
  const std::size_t at = line.find_first_of("[{", static_cast<std::size_t>(std::max(open.column - 1, 0)));
  return at == std::string::npos ? '[' : line[at];
}

Error unclosed(const Place& place, const Place& open, std::string_view text) {
  const bool is_list = bracket_at(text, open) == '[';
  return config_error(open,
                      fmt::format("the {} that is opened here is not closed, or a comma is missing in line {}",
                                  is_list ? "list" : "map", place.line),
                      fmt::format("separate by commas, and close with {}", is_list ? "]" : "}"));
}

}  // namespace

Error syntax_error(const std::string& message, const Place& place, const Place& open, std::string_view text) {
  const std::string line = line_of(text, place.line);
  if (line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string::npos)
    return config_error(place, "a tab stands in the indentation", "indent with spaces");
  if (message.find("flow not found") != std::string::npos && open.line > 0) return unclosed(place, open, text);
  const auto before = static_cast<std::size_t>(std::max(place.column - 1, 0));
  if (message == "end of map not found" && before > 0 && before <= line.size() && line[before - 1] == '\'')
    return config_error(place, "the quoted text ends before the line does",
                        "write '' for a quote inside single quotes");
  for (const Translation& translation : translations)
    if (message.starts_with(translation.message))
      return config_error(place, std::string(translation.what), std::string(translation.hint));
  return config_error(place, "not valid YAML: " + message);
}

bool quote_is_closed(std::string_view text, const Place& place) {
  std::size_t at = 0;
  for (int line = 1; line < place.line && at != std::string_view::npos; ++line) at = text.find('\n', at) + 1;
  at += static_cast<std::size_t>(place.column - 1);
  if (at >= text.size()) return true;
  const char quote = text[at];
  if (quote != '"' && quote != '\'') return true;  // an anchor or a tag stands first
  for (++at; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\')
      ++at;
    else if (text[at] == quote && quote == '\'' && at + 1 < text.size() && text[at + 1] == quote)
      ++at;
    else if (text[at] == quote)
      return true;
  }
  return false;
}

}  // namespace touchstone
