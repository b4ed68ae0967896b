#pragma once
// Every single fault that can be put into the kernels of a text. Internal to this library.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::python {

/// One splice: bytes [begin, end) become `put`. `around` is the smallest expression that holds it.
struct Edit {
  std::string_view kind;
  std::size_t begin{0}, end{0};
  std::string put;
  std::size_t around_begin{0}, around_end{0};
  int line{0};
  std::size_t kernel{0};  ///< which kernel of the text, from 0
};

/// In the order of the text; none where it does not parse.
std::vector<Edit> edits(std::string_view text);

/// Another number instead of a literal, of the same type: 0 → 1, n → n + 1, hexadecimal n → n - 1, 0.0 → 1.0,
/// f → 1.25 f. Empty where it is none that we read (imaginary, too large).
std::string other_number(std::string_view literal);

}  // namespace touchstone::python
