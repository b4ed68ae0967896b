// Crashes as soon as it is opened.
#include <csignal>

#include "fault.hpp"

namespace {
const int crashed = [] {
  std::signal(SIGSEGV, SIG_DFL);
  return std::raise(SIGSEGV);
}();
}  // namespace

TOUCHSTONE_PLUGIN(Metric, crashes, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&, touchstone::Host&) {
                    return touchstone::made<touchstone::Metric, fault::Empty>();
                  })
