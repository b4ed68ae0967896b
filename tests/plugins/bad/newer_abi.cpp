#include "fault.hpp"

FAULTY_PLUGIN("newer_abi", abi, touchstone::abi_version + 1)
