#include "fault.hpp"

FAULTY_PLUGIN("older_abi", abi, touchstone::abi_version - 1)
