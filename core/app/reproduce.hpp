#pragma once
// `reproduce`: a run again, from what its folder holds, and what came out otherwise.

#include "app/app.hpp"

namespace touchstone {

Subcommand reproduce_command();

}  // namespace touchstone
