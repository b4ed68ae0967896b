#include "fault.hpp"

FAULTY_PLUGIN("no_descriptor", descriptor, nullptr)
