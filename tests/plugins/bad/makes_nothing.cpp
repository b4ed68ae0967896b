#include "fault.hpp"

TOUCHSTONE_PLUGIN(Metric, makes_nothing, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&,
                     touchstone::Host&) -> touchstone::Result<std::unique_ptr<touchstone::Metric>> {
                    return std::unique_ptr<touchstone::Metric>();
                  })
