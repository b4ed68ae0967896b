#pragma once
// `merge`: shards, or interrupted halves, of one plan as one run.

#include "app/app.hpp"

namespace touchstone {

Subcommand merge_command();

}  // namespace touchstone
