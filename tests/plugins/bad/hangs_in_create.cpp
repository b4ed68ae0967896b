#include <unistd.h>

#include "fault.hpp"

TOUCHSTONE_PLUGIN(Metric, hangs_in_create, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&,
                     touchstone::Host&) -> touchstone::Result<std::unique_ptr<touchstone::Metric>> {
                    while (true) pause();
                  })
