#include "nvidia.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace touchstone::triton {
namespace {

namespace fs = std::filesystem;

struct Gpu {
  int minor{0};
  std::string bus, name, uuid;  ///< empty where /proc/driver/nvidia is not to be had, as in some containers
};

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// "Key:   value" lines.
std::map<std::string, std::string> fields(const fs::path& file) {
  std::map<std::string, std::string> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (const auto colon = line.find(':'); colon != std::string::npos)
      out[trimmed(line.substr(0, colon))] = trimmed(line.substr(colon + 1));
  return out;
}

std::optional<int> number(const std::string& text) {
  const bool digits = !text.empty() && text.size() < 6 &&
                      std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  return digits ? std::optional<int>(std::stoi(text)) : std::nullopt;
}

std::vector<fs::path> entries(const std::string& folder) {
  std::vector<fs::path> out;
  std::error_code failed;
  for (fs::directory_iterator it(folder, failed), end; !failed && it != end; it.increment(failed))
    out.push_back(it->path());
  std::sort(out.begin(), out.end());
  return out;
}

/// A GPU that this process may open has a node /dev/nvidia<minor>; what the driver says about the others is no use
/// here.
std::vector<Gpu> gpus(const std::string& root) {
  std::map<int, Gpu> by_minor;
  for (const fs::path& node : entries(root + "/dev")) {
    const std::string name = node.filename().string();
    const auto minor = name.starts_with("nvidia") ? number(name.substr(6)) : std::nullopt;
    if (minor) by_minor[*minor].minor = *minor;
  }
  for (const fs::path& folder : entries(root + "/proc/driver/nvidia/gpus")) {
    auto information = fields(folder / "information");
    const auto minor = number(information["Device Minor"]);
    if (!minor || !by_minor.contains(*minor)) continue;
    const std::string uuid = information["GPU UUID"];  // question marks until the driver's first use
    by_minor[*minor] = {*minor, folder.filename().string(), information["Model"],
                        uuid.find('?') == std::string::npos ? uuid : ""};
  }
  std::vector<Gpu> out;
  for (const auto& [minor, gpu] : by_minor) out.push_back(gpu);
  std::stable_sort(out.begin(), out.end(), [](const Gpu& a, const Gpu& b) { return a.bus < b.bus; });
  return out;
}

/// Whether CUDA_VISIBLE_DEVICES names the GPU of this index: a list of indices and (beginnings of) UUIDs.
bool is_visible(const std::string& list, std::size_t index, const Gpu& gpu) {
  std::istringstream in(list);
  for (std::string item; std::getline(in, item, ',');) {
    item = trimmed(item);
    const auto asked = number(item);
    if (asked ? static_cast<std::size_t>(*asked) == index : !item.empty() && gpu.uuid.starts_with(item)) return true;
    if (!asked && !item.starts_with("GPU-")) return false;  // CUDA stops at the first item that it cannot read
  }
  return false;
}

}  // namespace

std::string nvidia_driver(const std::string& root) {
  std::ifstream in(root + "/proc/driver/nvidia/version");
  std::string line, word;
  std::getline(in, line);
  for (std::istringstream words(line); words >> word;)
    if (std::isdigit(static_cast<unsigned char>(word[0])) && word.find('.') != std::string::npos) return word;
  return "";
}

std::vector<Device> nvidia_devices(const std::string& root, const std::optional<std::string>& visible) {
  std::vector<Device> out;
  const std::string driver = nvidia_driver(root);
  for (const Gpu& gpu : gpus(root)) {
    const std::size_t index = out.size();
    Device device;
    device.id = "cuda:" + std::to_string(index);
    device.family = "cuda";
    device.name = gpu.name.empty() ? "an NVIDIA GPU" : gpu.name;
    for (const char* shared : {"/dev/nvidiactl", "/dev/nvidia-uvm"})
      if (fs::exists(root + shared)) device.nodes.emplace_back(shared);
    device.nodes.push_back("/dev/nvidia" + std::to_string(gpu.minor));
    device.environment = {{"CUDA_DEVICE_ORDER", "PCI_BUS_ID"}, {"CUDA_VISIBLE_DEVICES", std::to_string(index)}};
    device.exclusive_timing = true;
    if (!fs::exists(root + "/dev/nvidiactl"))
      device.trouble = "/dev/nvidiactl is missing";
    else if (visible && !is_visible(*visible, index, gpu))
      device.trouble = "CUDA_VISIBLE_DEVICES hides it";
    if (!driver.empty()) device.facts.set("driver", driver);
    if (!gpu.uuid.empty()) device.facts.set("uuid", gpu.uuid);
    if (!gpu.bus.empty()) device.facts.set("bus", gpu.bus);
    out.push_back(std::move(device));
  }
  std::stable_partition(out.begin(), out.end(), [](const Device& device) { return device.trouble.empty(); });
  return out;
}

}  // namespace touchstone::triton
