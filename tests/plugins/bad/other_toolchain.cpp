#include "fault.hpp"

FAULTY_PLUGIN("other_toolchain", toolchain, "libc++ string=24 vector=24 map=24")
