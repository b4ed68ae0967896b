#include "fault.hpp"

FAULTY_PLUGIN("wrong_kind", kind, "model")
