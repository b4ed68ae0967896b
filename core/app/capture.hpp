#pragma once
#include "app/app.hpp"

namespace touchstone {

/// `capture`: a user's own program becomes operators.
Subcommand capture_command();

}  // namespace touchstone
