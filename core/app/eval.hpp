#pragma once
// `eval`: one file, one task, one screen.

#include "app/app.hpp"

namespace touchstone {

Subcommand eval_command();

}  // namespace touchstone
