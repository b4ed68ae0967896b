// Built against an SDK whose Task has one field more (CMakeLists.txt makes it).
#include "fault.hpp"

TOUCHSTONE_PLUGIN(Metric, other_task, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&, touchstone::Host&) {
                    return touchstone::made<touchstone::Metric, fault::Empty>();
                  })
