// Built with -D_GLIBCXX_DEBUG, which changes what containers are (CMakeLists.txt).
#include "fault.hpp"

TOUCHSTONE_PLUGIN(Metric, debug_library, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&, touchstone::Host&) {
                    return touchstone::made<touchstone::Metric, fault::Empty>();
                  })
