#pragma once
// A whole program, run to its end in a worker that does nothing else: how its process ended, and what it printed.

#include <string>

#include "pipeline/golden_outputs.hpp"
#include "pipeline/lane.hpp"

namespace touchstone {

/// An implementation, and the test that follows it in one file.
struct Program {
  std::string file;  ///< its plain name, which a test may import
  std::string implementation, test;
};

/// Takes as long as the lane's allowance for a program lets it; all that it left is killed then.
Ended run_program(const Program& program, Lane& lane);

}  // namespace touchstone
