#pragma once
// White space as Python's str has it: what strip() and split() go by.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::similarity {

/// Bytes of the white space character at `at`, or 0.
std::size_t space_at(std::string_view text, std::size_t at);

std::string_view stripped(std::string_view text);

/// The next word from `at` on, which is moved behind it; empty at the end.
std::string_view next_word(std::string_view text, std::size_t& at);

/// Without lines of white space only.
std::string without_blank_lines(std::string_view text);

}  // namespace touchstone::similarity
