// A static object's constructor throws: the loader cannot pass that on, so the process is aborted.
#include <stdexcept>

#include "fault.hpp"

namespace {
struct Unlucky {
  Unlucky() { throw std::runtime_error("no luck today"); }
} unlucky;
}  // namespace

TOUCHSTONE_PLUGIN(Metric, throws_when_opened, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&, touchstone::Host&) {
                    return touchstone::made<touchstone::Metric, fault::Empty>();
                  })
