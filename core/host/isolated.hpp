#pragma once
// Work that may crash, exit or hang, done in a forked child.

#include <functional>
#include <string>

#include "touchstone/result.hpp"

namespace touchstone {

/// Runs `work` in a child and gives what it returned. The child's standard output is /dev/null, it writes no core file
/// and ends without running anything of ours at exit. Errors (plugin): the child crashed, ended by itself, or took
/// longer than `seconds` and was killed. To be called where no other thread holds a lock that `work` needs.
Result<std::string> in_child(const std::function<std::string()>& work, double seconds);

}  // namespace touchstone
