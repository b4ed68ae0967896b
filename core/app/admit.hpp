#pragma once
#include "app/cli.hpp"

namespace touchstone {

/// `touchstone admit SUITE`: the gate that a suite's tasks pass before strict scores count them.
Subcommand admit_command();

}  // namespace touchstone
