#pragma once
// Wrong versions of right Triton code, to find out what a task's cases catch. Same promises as python_syntax.hpp:
// bounded, never throws but for want of memory, any thread; text that does not parse has no mutants.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace touchstone::python {

/// Changes when the generator would make other mutants of some text: part of what identifies an answer.
inline constexpr int mutants_version = 1;

/// The text with one fault in the body of a kernel.
struct Mutant {
  std::string kind;  ///< comparison, mask, range, arithmetic, reduction, constant or dtype
  int line{0};       ///< where the fault is, from 1
  std::string edit;  ///< the smallest expression around it, before and after, on one line: "cols < n → cols <= n";
                     ///< where the text has the same edit several times, also which of them it is: " (2 of 3)"
  std::string code;  ///< the whole text, equal to the original but for the edit
};

/// At most `most` mutants (and never more than 1,000), the same ones for the same text, those of a smaller `most`
/// first. Kinds take turns; within a kind, lines and kernels that have no fault yet come first. Only bodies of
/// functions decorated with triton.jit at top level are edited.
std::vector<Mutant> mutants(std::string_view text, std::size_t most);

}  // namespace touchstone::python
