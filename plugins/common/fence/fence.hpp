#pragma once
// For models that answer with code they have: a fenced block, as a chat model gives it.

#include <algorithm>
#include <string>

namespace touchstone {

/// A fenced block whose fence is longer than any run of backquotes in the code.
inline std::string fenced(const std::string& code) {
  std::size_t longest = 2, run = 0;
  for (const char c : code) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  const std::string fence(longest + 1, '`');
  return fence + "python\n" + code + (code.ends_with('\n') ? "" : "\n") + fence + "\n";
}

}  // namespace touchstone
