#include "fault.hpp"

struct Thrower : fault::Empty {
  touchstone::Result<std::vector<touchstone::Measurement>> measure(const touchstone::Sample&) const override {
    throw 42;  // not even a std::exception
  }
};

TOUCHSTONE_PLUGIN(Metric, throws_in_call, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&, touchstone::Host&) {
                    return touchstone::made<touchstone::Metric, Thrower>();
                  })
