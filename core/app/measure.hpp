#pragma once
// `measure`: other metrics and judges on a finished run, without a model, a worker or a device.

#include "app/app.hpp"

namespace touchstone {

Subcommand measure_command();

}  // namespace touchstone
