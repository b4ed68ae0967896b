// Calls a function that no library has; linked without -z defs, so that only loading shows it.
#include "fault.hpp"

namespace nowhere {
int missing_function();
}

struct Missing : fault::Empty {
  std::vector<touchstone::Tag> tags() const override {
    return {{std::to_string(nowhere::missing_function()), "", "", ""}};
  }
};

TOUCHSTONE_PLUGIN(Metric, undefined_symbol, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&, touchstone::Host&) {
                    return touchstone::made<touchstone::Metric, Missing>();
                  })
