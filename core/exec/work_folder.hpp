#pragma once
// A fresh folder for one worker, removed afterwards whatever the worker made of it.

#include <cstddef>
#include <string>

#include "touchstone/result.hpp"
#include "util/descriptor.hpp"

namespace touchstone {

/// `path()/work` belongs to the worker; the log lies beside it and is read through the host's own descriptor, so that
/// no link put in its place is ever followed.
class WorkFolder {
 public:
  /// A new folder of mode 0700 under `base`, which is made if need be. Errors: environment.
  static Result<WorkFolder> create(const std::string& base);
  WorkFolder(WorkFolder&&) noexcept = default;
  WorkFolder& operator=(WorkFolder&&) = delete;
  ~WorkFolder();

  const std::string& path() const { return path_; }
  std::string work() const { return path_ + "/work"; }
  std::string log() const { return path_ + "/log"; }
  /// The last `most` bytes of what the worker printed; where that is not all, "…" and what follows the first blank.
  std::string log_tail(std::size_t most) const;

 private:
  WorkFolder(std::string path, Descriptor log) : path_(std::move(path)), log_(std::move(log)) {}
  std::string path_;
  Descriptor log_;
};

/// Removes a tree without following links and without recursion into the unknown: unreadable folders are made
/// readable first, and depth costs neither stack nor descriptors. False where something stayed.
bool remove_tree(const std::string& path);

}  // namespace touchstone
