// Ends the process as soon as it is opened.
#include <unistd.h>

#include "fault.hpp"

namespace {
const int ended = [] {
  _exit(0);  // as if all were well
  return 0;
}();
}  // namespace

TOUCHSTONE_PLUGIN(Metric, exits, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&, touchstone::Host&) {
                    return touchstone::made<touchstone::Metric, fault::Empty>();
                  })
