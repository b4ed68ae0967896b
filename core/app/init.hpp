#pragma once
#include "app/app.hpp"

namespace touchstone {

/// `init`: a config to start from.
Subcommand init_command();

}  // namespace touchstone
