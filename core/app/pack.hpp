#pragma once
// `pack` and `unpack`: a run as one file, for another machine.

#include "app/app.hpp"

namespace touchstone {

Subcommand pack_command();
Subcommand unpack_command();

}  // namespace touchstone
