// Triton on NVIDIA GPUs, and on the CPU by Triton's interpreter. Its Python half lies beside this file.

#include <algorithm>
#include <cstdlib>

#include "common/python_syntax/python_syntax.hpp"
#include "nvidia.hpp"
#include "python.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

constexpr Option options[] = {
    {.key = "python",
     .type = OptionType::path,
     .help = "the Python with torch and triton; left out: TOUCHSTONE_PYTHON, the one of tools/setup.sh, or python3"}};

constexpr const char* set_up = "run tools/setup.sh, or set TOUCHSTONE_PYTHON to a Python that has torch and triton";

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

const char* name_of(Role role) {
  if (role == Role::candidate) return "candidate";
  return role == Role::checker ? "checker" : "compiler";
}

class Triton : public Runtime {
 public:
  Triton(triton::Python python, std::string workers, std::string folder)
      : python_(std::move(python)), workers_(std::move(workers)), folder_(std::move(folder)) {}

  Result<std::vector<Device>> devices() const override {
    std::vector<Device> out = triton::nvidia_devices("", environment_variable("CUDA_VISIBLE_DEVICES"));
    for (Device& device : out)
      if (device.trouble.empty() && !triton::may_have_cuda(python_))
        device.trouble = "the torch of " + python_.path + " is built without CUDA";
    Device cpu;
    cpu.id = cpu.family = "cpu";
    cpu.name = "Triton's interpreter";
    cpu.environment = {{"CUDA_VISIBLE_DEVICES", ""}};
    out.push_back(std::move(cpu));
    return out;
  }

  Result<Start> start(Role role, const Device& device) const override {
    const bool cpu = device.family == "cpu";
    if (role == Role::compiler && !cpu)
      return Error{ErrorCode::unavailable, "kernels are compiled where they run on " + device.id};
    if (!triton::is_program(python_.path))
      return Error{ErrorCode::environment,
                   python_.path.empty() ? "no Python was found" : python_.path + " is no program that can be started",
                   python_.path.empty() ? "" : python_.source, set_up};
    Start out;
    out.argv = {python_.path,  "-P",     "-s",   workers_ + "/parent.py", "--role", name_of(role), "--module",
                name_of(role), "--path", folder_};
    out.environment = environment(role, device);
    return out;
  }

  Facts inspect(std::string_view block, const Question& question) const override {
    const python::Outline outline = python::outline(block);
    Facts out;
    out.parses = outline.parses;
    for (const std::string& entry : question.entries)
      if (python::defines(outline, entry.substr(0, entry.find('.')))) out.defined.push_back(entry);
    out.defines_entries = !question.entries.empty() && out.defined.size() == question.entries.size();
    out.findings = python::findings(outline);
    return out;
  }

  std::vector<Check> doctor() const override {
    std::vector<Check> out{python_check()};
    for (const char* package : {"torch", "triton", "numpy"}) {
      const std::string version = triton::package_version(python_, package);
      if (version.empty())
        out.push_back({package, "note", "not seen beside " + python_.path + ": it may lie elsewhere", set_up});
      else
        out.push_back({package, "ok", version, ""});
    }
    const std::string driver = triton::nvidia_driver("");
    const auto found = devices();
    for (const Device& device : *found) {
      const std::string detail = device.name + (device.family == "cuda" && !driver.empty() ? ", driver " + driver : "");
      if (device.trouble.empty())
        out.push_back({device.id, "ok", detail, ""});
      else
        out.push_back({device.id, "note", detail + ": " + device.trouble, "name another device, or mend what is said"});
    }
    if (found->size() == 1)
      out.push_back({"cuda", "note", "no /dev/nvidia<n>: no NVIDIA GPU, or none that this process may open",
                     "nothing to do for work on the CPU; in a container, pass the GPU in"});
    return out;
  }

 private:
  Check python_check() const {
    if (!triton::is_program(python_.path))
      return {"python", "fail", python_.path.empty() ? "none found" : python_.path + " is no program", set_up};
    const bool chance = python_.source == "PATH";
    return {"python", chance ? "note" : "ok", python_.path + ", from " + python_.source, chance ? set_up : ""};
  }

  /// All that a parent inherits. One thread: a parent forks, and candidates of several lanes share the machine.
  std::map<std::string, std::string> environment(Role role, const Device& device) const {
    auto out = device.environment;
    out.insert({{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
                {"HOME", "/nonexistent"},
                {"LANG", "C.UTF-8"},
                {"PYTHONDONTWRITEBYTECODE", "1"},
                {"PYTHONHASHSEED", "0"},
                {"OMP_NUM_THREADS", "1"},
                {"MKL_NUM_THREADS", "1"},
                {"OPENBLAS_NUM_THREADS", "1"}});
    if (device.family == "cpu") {
      // Fixed when triton is imported, hence a parent of its own for the compiler. The checker imports it, and mends
      // the interpreter, only when a golden stands in for a reference (runtime_device.py: ready_for_kernels).
      if (role == Role::candidate) out["TRITON_INTERPRET"] = "1";
    } else if (const std::string folders = triton::driver_folders(environment_variable); !folders.empty()) {
      out["LD_LIBRARY_PATH"] = folders;
    }
    return out;
  }

  triton::Python python_;
  std::string workers_, folder_;
};

Result<std::unique_ptr<Runtime>> create(const Config& config, Host& host) {
  return made<Runtime, Triton>(triton::find_python(config.text("python"), environment_variable), host.folder("workers"),
                               host.folder("plugin"));
}

}  // namespace

TOUCHSTONE_PLUGIN(Runtime, triton, "1.0", "Triton on NVIDIA GPUs, and on the CPU by its interpreter", options, create)
