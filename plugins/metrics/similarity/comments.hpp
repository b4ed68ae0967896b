#pragma once
// What CodeBLEU takes out of a text before its tree is made.

#include <string>
#include <string_view>

namespace touchstone::similarity {

/// Without comments, docstrings and blank lines, as CodeXGLUE does it for Python with the tokenize module of
/// Python 3.11; the text as it is where tokenize gives up. A string is taken for a docstring where it begins a line of
/// the logical kind, or stands in the first column.
std::string without_python_comments(std::string_view text);

/// As CodeXGLUE does it for Java, and upstream TritonBench for Python: `//` to the end of the line and `/* … */` become
/// a space.
std::string without_java_comments(std::string_view text);

}  // namespace touchstone::similarity
