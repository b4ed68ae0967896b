#pragma once
// Files, with errors that name the path and the cause. Small on purpose: std::filesystem does the rest.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "touchstone/result.hpp"

namespace touchstone {

/// The whole file, at most `most` bytes. Errors (io): not there, a folder, not readable, too large.
Result<std::string> read_file(const std::string& path, std::uint64_t most = std::uint64_t{1} << 30);

/// Replaces or creates the file as a whole: a reader, and the disk after a power cut, has the old text or the new one.
/// Written beside it first, so the folder must be writable.
Result<None> write_file_atomically(const std::string& path, std::string_view text, mode_t mode = 0644);

/// Names in a folder, sorted. Error (io): not there, not a folder, not readable.
Result<std::vector<std::string>> list_folder(const std::string& path);

/// Creates the folder and its parents. An existing folder is fine.
Result<None> make_folder(const std::string& path);

}  // namespace touchstone
