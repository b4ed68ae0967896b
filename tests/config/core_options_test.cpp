#include "config/core_options.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "util/text.hpp"

using namespace touchstone;

TEST_CASE("every word that a key may hold is explained") {
  for (const Option& option : pipeline_options()) {
    if (option.choices.empty()) continue;
    const auto words = choice_options(option.key);
    CHECK_MESSAGE(split(option.choices, '|').size() == words.size(), option.key);
    for (const std::string& choice : split(option.choices, '|'))
      CHECK_MESSAGE(std::ranges::any_of(words, [&](const Option& word) { return word.key == choice; }), choice);
  }
  for (const std::string& style : split(prompt_options().front().choices, '|'))
    CHECK(std::ranges::any_of(choice_options("prompts"), [&](const Option& word) { return word.key == style; }));
}
