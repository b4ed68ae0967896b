#pragma once
// `list`, `describe`, `doctor`: what there is, what it takes, and what this machine can do.

#include "app/app.hpp"

namespace touchstone {

Subcommand list_command();
Subcommand describe_command();
Subcommand doctor_command();

}  // namespace touchstone
