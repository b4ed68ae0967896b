#pragma once
// What Python text says without running it, by tree-sitter. Everything here takes bounded time and memory, never throws
// but for want of memory, and may be called from several threads at once: the text comes from a model and may be
// hostile (deep nesting, NUL, invalid UTF-8, unclosed strings, megabytes).

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "touchstone/value.hpp"

namespace touchstone::python {

/// A text with more tokens than this is not read: `parses` is false, nothing is defined, `trouble` says so. It is about
/// 200 kB of code. tree-sitter 0.20 corrupts its memory when a node has more than 65,535 children, and every child
/// has at least one token; so this is a wall, not a matter of taste. The count errs to the high side.
inline constexpr std::size_t most_tokens = 60'000;

/// What a piece of code mentions. Dotted names are resolved through the text's own imports:
/// after `import triton.language as tl`, `tl.load(x)` is a call of "triton.language.load".
struct Uses {
  std::set<std::string> names;     ///< plain names read or written; not attributes or keywords
  std::set<std::string> calls;     ///< dotted names called: "torch.softmax", "helper"
  std::set<std::string> launches;  ///< called through a subscript, as kernels are: `kernel[grid](x)`
};

enum class Kind { function, type, assignment, import };

/// A name bound at top level; statements inside a top-level if, try, with, for or while count as top level too.
struct Definition {
  std::string name;
  Kind kind{Kind::function};
  std::vector<std::string> decorators;  ///< dotted, resolved, without arguments: "triton.jit"
  std::size_t begin{0}, end{0};         ///< bytes of the text, decorators included
  int line{0};                          ///< of `begin`, from 1
  std::size_t uses{0};                  ///< index into Outline::uses; 0 for an import
};

struct Outline {
  bool parses{false};                   ///< Python 3 by tree-sitter: no error anywhere
  std::string trouble;                  ///< why it does not parse: "line 3: …"
  std::vector<Definition> definitions;  ///< in order; a name bound twice stands twice
  std::vector<Uses> uses;               ///< [0] is what no definition owns: the other statements at top level
  std::set<std::string> imports;        ///< modules imported anywhere: "torch.nn.functional"
  std::string shape;                    ///< equal for texts that differ in names, comments and layout; else empty
};

Outline outline(std::string_view text);

inline bool parses(std::string_view text) { return outline(text).parses; }

/// Whether a function, class or assignment binds the name at top level (an import does not count).
bool defines(const Outline& outline, std::string_view name);

/// An import or a function (with its decorators; no `async` one), wherever it stands.
struct Statement {
  Kind kind{Kind::function};
  std::size_t begin{0}, end{0};  ///< bytes of the text
  std::size_t depth{0};          ///< how many statements and clauses of Python's own syntax tree are around it
};

/// In the order of the text; none of a text that does not parse.
std::vector<Statement> statements(std::string_view text);

/// Whether every statement begins below its block's first, and the module's at the margin: tree-sitter lets more pass
/// than Python. False for a text that does not parse.
bool is_indented(std::string_view text);

bool is_jit_kernel(const Definition& definition);

/// What runs when `roots` are called, as far as names tell: their uses and those of every definition that they name,
/// and so on. Names of the text that are no definition are in the result, but lead nowhere.
Uses reachable(const Outline& outline, const std::vector<std::string>& roots);

/// For a record: {parses, trouble, shape, jit_kernels, launches, imports, torch_calls}; lists are cut after 50 items.
Value findings(const Outline& outline);

}  // namespace touchstone::python
