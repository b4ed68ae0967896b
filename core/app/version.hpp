#pragma once

namespace touchstone {

inline constexpr const char* version = "0.1.0";

}  // namespace touchstone
