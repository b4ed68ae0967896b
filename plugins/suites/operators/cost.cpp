#include "cost.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "common/known_keys/known_keys.hpp"

namespace touchstone::operators {
namespace {

constexpr std::array<std::string_view, 2> cost_keys{"bytes", "flops"};
constexpr std::array<std::string_view, 3> properties{"bytes", "numel", "size"};

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool is_number(std::string_view word) { return std::isdigit(static_cast<unsigned char>(word[0])) != 0; }

void check_formula(const Value& formula, const std::string& key, std::span<const std::string_view> arguments,
                   Errors& errors) {
  const std::string_view text = formula.text();
  const auto refuse = [&](std::string_view word, const std::string& why, std::span<const std::string_view> known) {
    errors.push_back(wrong(formula, "cost: " + key + ": '" + std::string(word) + "' " + why, hint_for(word, known)));
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && in_word(text[end])) ++end;
    const std::string_view word = text.substr(at, std::max<std::size_t>(end - at, 1));
    const bool property = at > 0 && text[at - 1] == '.' && !is_number(word);
    if (end == at && std::string_view(" .+-*/()[]").find(text[at]) == std::string_view::npos)
      errors.push_back(wrong(formula, "cost: " + key + ": '" + std::string(word) + "' is no arithmetic",
                             "numbers, arguments, + - * / and parentheses"));
    else if (end > at && property && std::ranges::find(properties, word) == properties.end())
      refuse(word, "is nothing that a tensor has", properties);
    else if (end > at && !property && !is_number(word) && std::ranges::find(arguments, word) == arguments.end())
      refuse(word, "is no argument", arguments);
    at += word.size();
  }
}

}  // namespace

void check_cost(const Value& cost, std::span<const std::string_view> arguments, Errors& errors) {
  if (cost.is_null()) return;
  only_keys(cost, "cost", cost_keys, errors);
  for (const auto& [key, formula] : cost.map()) {
    if (formula.is_text())
      check_formula(formula, key, arguments, errors);
    else if (!formula.is_number())
      errors.push_back(wrong(formula, "cost: " + key + " is neither a number nor a formula"));
  }
}

}  // namespace touchstone::operators
