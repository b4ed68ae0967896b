// Ends the process as soon as it is opened, by exit(): what was registered for the end runs.
#include <cstdlib>

#include "fault.hpp"

namespace {
const int ended = [] {
  std::exit(0);
  return 0;
}();
}  // namespace

TOUCHSTONE_PLUGIN(Metric, exits_politely, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&, touchstone::Host&) {
                    return touchstone::made<touchstone::Metric, fault::Empty>();
                  })
