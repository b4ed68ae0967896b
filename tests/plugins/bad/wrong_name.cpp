#include "fault.hpp"

FAULTY_PLUGIN("wrong_name", name, "another_name")
