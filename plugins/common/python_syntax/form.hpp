#pragma once
// What a measure of likeness counts in Python text: its subtrees and its data flow, each as one number. Same promises
// as python_syntax.hpp: bounded, never throws but for want of memory, any thread.

#include <cstdint>
#include <string_view>
#include <vector>

namespace touchstone::python {

/// Numbers are equal for equal things of any two texts (64 bits: two different ones meet once in 10^19).
struct Form {
  bool read{false};  ///< false: too long or too costly to read (python_syntax.hpp, tree.cpp), nothing below
  /// One for each node that has children, the root first where it has none: its S-expression as tree-sitter prints it,
  /// with fields, missing and unexpected things, without tokens that have no name.
  std::vector<std::uint64_t> subtrees;
  /// One for each variable that comes from others or that others come from, in the order of the text: which variables
  /// it comes from and whether it is computed from them, variables numbered by appearance. CodeXGLUE's rules for
  /// Python, its accidents included (see flow.cpp).
  std::vector<std::uint64_t> flows;
};

/// Text that does not parse has a form too: tree-sitter's trees hold what it could make of it.
Form form(std::string_view text);

}  // namespace touchstone::python
