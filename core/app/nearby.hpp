#pragma once
// What a person may have meant by a path where nothing is: the next step of such an error.

#include <string>

namespace touchstone {

/// "did you mean configs/quickstart.yaml?": the nearest name in the same folder, or nothing.
std::string file_hint(const std::string& path);

/// Where runs lie near a folder that holds none: the nearest, or all of them, or how to make one.
std::string run_hint(const std::string& folder);

}  // namespace touchstone
