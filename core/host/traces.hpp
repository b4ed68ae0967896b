#pragma once
// What a plugin must leave in the process as it found it.

#include <csignal>
#include <string>
#include <vector>

namespace touchstone {

/// The process at a moment.
struct Traces {
  std::vector<std::string> environment, descriptors;
  std::string folder;
  std::vector<std::string> handlers;  ///< one a signal
  std::size_t threads{0};
  std::size_t printed{0};  ///< bytes on standard output, once it is caught
};

/// Sends standard output to a file in memory from now on, so that Traces sees what is printed.
void catch_output();
Traces take_traces();
/// The same, waiting a little for threads that are about to end.
Traces take_traces_after(const Traces& before);

/// Bytes that the allocator has given out.
std::size_t allocated_bytes();

}  // namespace touchstone
