// A runtime for an accelerator that nobody has. Its "driver" is a folder: every numbered folder in it is a device, with
// files for memory and health (README.md), so that tests can break one or take it away at any moment.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

namespace fs = std::filesystem;

constexpr Option options[] = {
    {.key = "hardware", .type = OptionType::path, .help = "the folder that holds the devices; left out: FAKE_HARDWARE"},
    {.key = "python", .type = OptionType::path, .help = "Python 3.11 or newer", .fallback = "/usr/bin/python3"},
    {.key = "language",
     .type = OptionType::choice,
     .help = "what candidates are written in",
     .fallback = "acts",
     .choices = "acts|torch"}};

std::string line_of(const fs::path& file) {
  std::string line;
  std::ifstream in(file);
  std::getline(in, line);
  return line;
}

Device device_at(const fs::path& folder) {
  Device out;
  out.id = "fake:" + folder.filename().string();
  out.family = "fake";
  const std::string name = line_of(folder / "name");
  out.name = name.empty() ? "Fake accelerator" : name;
  out.nodes = {folder.string()};
  out.environment = {{"FAKE_DEVICE", folder.string()}};
  out.memory = std::atoll(line_of(folder / "memory").c_str());
  out.exclusive_timing = true;
  const std::string health = line_of(folder / "health");
  if (health != "ok") out.trouble = health.empty() ? "its health cannot be read" : health;
  out.facts.set("driver", "1.0").set("peaks", Value().set("memory", Value().set("value", 1e9).set("unit", "B/s")));
  return out;
}

std::string hardware(const Config& config) {
  const char* named = std::getenv("FAKE_HARDWARE");
  return config.text("hardware").empty() && named ? named : config.text("hardware");
}

class Fake : public Runtime {
 public:
  Fake(const Config& config, Host& host)
      : hardware_(hardware(config)),
        python_(config.text("python")),
        torch_(config.text("language") == "torch"),
        workers_(host.folder("workers")),
        folder_(host.folder("plugin")) {}

  Result<std::vector<Device>> devices() const override {
    std::vector<Device> out;
    std::error_code failed;
    for (fs::directory_iterator it(hardware_, failed), end; !failed && it != end; it.increment(failed))
      if (it->path().filename().string().find_first_not_of("0123456789") == std::string::npos)
        out.push_back(device_at(it->path()));
    if (failed) return Error{ErrorCode::environment, "the driver is missing: " + failed.message(), hardware_};
    std::sort(out.begin(), out.end(), [](const Device& a, const Device& b) { return a.id < b.id; });
    return out;
  }

  Result<Start> start(Role role, const Device& device) const override {
    if (role == Role::compiler) return Error{ErrorCode::unavailable, "kernels are compiled where they run"};
    const std::string name = role == Role::candidate ? "candidate" : "checker";
    const std::string module = torch_ ? role == Role::candidate ? "fake_torch" : "checker" : "fake_" + name;
    Start out;
    out.argv = {python_, "-P", "-s", workers_ + "/parent.py", "--role", name, "--module", module, "--path", folder_};
    out.environment = device.environment;  // says which device: every device gets parents of its own
    out.environment.insert({{"PATH", "/usr/bin:/bin"}, {"PYTHONDONTWRITEBYTECODE", "1"}, {"OMP_NUM_THREADS", "1"}});
    return out;
  }

  Facts inspect(std::string_view block, const Question& question) const override {
    Facts out;
    out.parses = !block.empty();
    for (const std::string& entry : question.entries)
      if (!torch_ || block.find("def " + entry + "(") != std::string_view::npos) out.defined.push_back(entry);
    out.defines_entries = out.defined.size() == question.entries.size();
    return out;
  }

  std::vector<Check> doctor() const override {
    std::vector<Check> out;
    const auto found = devices();
    if (!found) return {{"driver", "fail", found.error().what, "name the folder by the option hardware"}};
    for (const Device& device : *found)
      out.push_back({device.id, device.trouble.empty() ? "ok" : "note",
                     device.name + (device.trouble.empty() ? "" : ": " + device.trouble), ""});
    return out;
  }

 private:
  std::string hardware_, python_;
  bool torch_;
  std::string workers_, folder_;
};

}  // namespace

TOUCHSTONE_PLUGIN(Runtime, fake, "1.0", "An accelerator that nobody has", options,
                  [](const Config& config, Host& host) { return made<Runtime, Fake>(config, host); })
