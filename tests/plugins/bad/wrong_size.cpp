#include "fault.hpp"

FAULTY_PLUGIN("wrong_size", header_size, sizeof(touchstone::PluginHeader) + 8)
