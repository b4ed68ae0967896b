#pragma once
// `conform`: one plugin's file held to its kind's contract, as a report that its author can show.

#include "app/app.hpp"

namespace touchstone {

Subcommand conform_command();

}  // namespace touchstone
