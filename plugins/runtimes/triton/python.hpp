#pragma once
// The Python that workers run: where it is, and what lies beside it, told from files alone.

#include <functional>
#include <optional>
#include <string>

namespace touchstone::triton {

/// Looks up an environment variable; std::getenv but in tests.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

struct Python {
  std::string path;    ///< empty where none was found
  std::string source;  ///< "the option python", "TOUCHSTONE_PYTHON", "the environment of tools/setup.sh", "PATH"
};

/// In that order; one that was named, but is no program, is not passed over in silence: its path is kept, and starting
/// it will fail by name. The path is not resolved: a virtual environment is known by the link that one starts.
Python find_python(const std::string& option, const Environment& environment);

/// The version of a package in that Python's own folders, or empty where it is not seen there (it may lie elsewhere).
std::string package_version(const Python& python, const std::string& package);

/// False only where torch is seen and lacks its CUDA library.
bool may_have_cuda(const Python& python);

/// The folders of LD_LIBRARY_PATH that hold the CUDA driver's library: all of it that a worker needs.
std::string driver_folders(const Environment& environment);

bool is_program(const std::string& path);

}  // namespace touchstone::triton
