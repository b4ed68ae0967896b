#pragma once
// `run`: a config to a run folder and its report; goes on where an earlier run ended.

#include "app/app.hpp"

namespace touchstone {

Subcommand run_command_entry();
Subcommand check_command_entry();

}  // namespace touchstone
