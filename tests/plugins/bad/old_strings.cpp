// Built with -D_GLIBCXX_USE_CXX11_ABI=0, the C++ ABI of before 2015 (CMakeLists.txt).
#include "fault.hpp"

TOUCHSTONE_PLUGIN(Metric, old_strings, "1.0", "Has one fault", touchstone::no_options,
                  [](const touchstone::Config&, touchstone::Host&) {
                    return touchstone::made<touchstone::Metric, fault::Empty>();
                  })
