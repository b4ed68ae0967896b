#include "fault.hpp"

FAULTY_PLUGIN("wrong_magic", magic, 0x1234)
