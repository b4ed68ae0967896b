#pragma once
// Work that may crash, exit or hang, done in forked children.

#include <functional>
#include <string>
#include <vector>

#include "touchstone/result.hpp"

namespace touchstone {

/// Runs `work` in a child and gives what it returned. The child's standard output is /dev/null, it writes no core file
/// and ends without running anything of ours at exit. Errors (plugin): the child crashed, ended by itself, or took
/// longer than `seconds` and was killed. To be called where no other thread holds a lock that `work` needs.
Result<std::string> in_child(const std::function<std::string()>& work, double seconds);

/// The same for work(0) … work(count - 1), several in one child and a few children at a time; each has `seconds`. One
/// that ends its child is tried again in a fresh one, so that none is blamed for what was done before it.
std::vector<Result<std::string>> each_in_child(std::size_t count, const std::function<std::string(std::size_t)>& work,
                                               double seconds);

}  // namespace touchstone
