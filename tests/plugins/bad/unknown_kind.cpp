#include "fault.hpp"

FAULTY_PLUGIN("unknown_kind", kind, "oracle")
