#pragma once
// NVIDIA GPUs as files show them: the host never makes a CUDA context and links no driver.

#include <optional>
#include <string>
#include <vector>

#include "touchstone/runtime.hpp"

namespace touchstone::triton {

/// The usable GPUs first, in the order of their bus addresses, as CUDA_DEVICE_ORDER=PCI_BUS_ID counts them; ids cuda:0
/// and on. `root` is what stands before /proc and /dev (empty but in tests). `visible` is the caller's
/// CUDA_VISIBLE_DEVICES, where set: what it hides (it may be another user's share of a shared machine) is listed with
/// that trouble.
std::vector<Device> nvidia_devices(const std::string& root, const std::optional<std::string>& visible);

/// The kernel driver's version, or empty.
std::string nvidia_driver(const std::string& root);

}  // namespace touchstone::triton
