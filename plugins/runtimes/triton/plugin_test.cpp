#include <doctest/doctest.h>

#include <filesystem>
#include <map>

#include "nvidia.hpp"
#include "python.hpp"
#include "support/fake_host.hpp"
#include "support/temporary_folder.hpp"
#include "touchstone/plugin.hpp"

using namespace touchstone;

extern "C" const PluginHeader touchstone_plugin;

namespace {

struct Setup {
  TemporaryFolder folder;
  FakeHost host;
  std::unique_ptr<Runtime> runtime;

  explicit Setup(bool with_python = true) {
    host.folders = {{"workers", "/w"}, {"plugin", "/p"}};
    const std::string python = with_python ? program("venv/bin/python") : folder.at("venv/bin/python");
    runtime = static_cast<const PluginDescriptor<Runtime>*>(touchstone_plugin.descriptor)
                  ->create(Config{Value{}.set("python", python)}, host)
                  .value();
  }
  std::string program(const std::string& name) const {
    const std::string path = folder.write(name, "#!/bin/sh\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  std::string doctor(const std::string& name) const {
    for (const Check& check : runtime->doctor())
      if (check.name == name) return check.state + ": " + check.detail;
    return "";
  }
};

Device device(const std::string& family) {
  Device out;
  out.id = out.family = family;
  out.environment = {{"CUDA_VISIBLE_DEVICES", family == "cpu" ? "" : "0"}};
  return out;
}

/// A machine's files: GPUs of minors 1 and 0, the second on the lower bus address.
void machine(const TemporaryFolder& folder) {
  for (const char* node : {"dev/nvidiactl", "dev/nvidia-uvm", "dev/nvidia0", "dev/nvidia1", "dev/nvidia-modeset"})
    folder.write(node, "");
  const std::string gpus = "proc/driver/nvidia/gpus/";
  folder.write(gpus + "0000:01:00.0/information", "Model: \t\t NVIDIA A\nGPU UUID: \t GPU-aa\nDevice Minor: \t 1\n");
  folder.write(gpus + "0000:02:00.0/information", "Model: \t\t NVIDIA B\nGPU UUID: \t GPU-????\nDevice Minor: \t 0\n");
  folder.write(gpus + "0000:03:00.0/information", "Model: \t\t NVIDIA C\nGPU UUID: \t GPU-cc\nDevice Minor: \t 7\n");
  folder.write(
      "proc/driver/nvidia/version",
      "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build\nGCC version: 12.2.0\n");
}

}  // namespace

TEST_CASE("the CPU is always there and starts all three roles") {
  const Setup setup;
  const auto devices = setup.runtime->devices();
  REQUIRE(devices.ok());
  CHECK(devices->back().id == "cpu");
  CHECK(devices->back().trouble.empty());
  const auto start = setup.runtime->start(Role::candidate, device("cpu"));
  REQUIRE(start.ok());
  CHECK(start->argv == std::vector<std::string>{setup.folder.at("venv/bin/python"), "-P", "-s", "/w/parent.py",
                                                "--role", "candidate", "--module", "candidate", "--path", "/p"});
  CHECK(start->environment.at("TRITON_INTERPRET") == "1");
  CHECK(start->environment.at("CUDA_VISIBLE_DEVICES").empty());
  CHECK(start->environment.at("OMP_NUM_THREADS") == "1");
  CHECK_FALSE(start->environment.contains("LD_LIBRARY_PATH"));
  CHECK(setup.runtime->start(Role::checker, device("cpu"))->argv.at(7) == "checker");
  for (const Role role : {Role::checker, Role::compiler})
    CHECK_FALSE(setup.runtime->start(role, device("cpu"))->environment.contains("TRITON_INTERPRET"));
}

TEST_CASE("a GPU runs real kernels and needs no compiler") {
  const Setup setup;
  const auto start = setup.runtime->start(Role::candidate, device("cuda"));
  CHECK_FALSE(start->environment.contains("TRITON_INTERPRET"));
  CHECK(start->environment.at("CUDA_VISIBLE_DEVICES") == "0");
  CHECK(setup.runtime->start(Role::compiler, device("cuda")).error().code == ErrorCode::unavailable);
}

TEST_CASE("a missing Python is an error of the machine, and the doctor says so") {
  const Setup setup(false);
  const auto start = setup.runtime->start(Role::candidate, device("cpu"));
  CHECK(start.error().code == ErrorCode::environment);
  CHECK(start.error().what.find("venv/bin/python") != std::string::npos);
  CHECK(setup.doctor("python").starts_with("fail"));
}

TEST_CASE("the doctor reads versions from files") {
  const Setup setup;
  CHECK(setup.doctor("python").starts_with("ok"));
  CHECK(setup.doctor("torch").starts_with("note"));
  setup.folder.write("venv/lib/python3.11/site-packages/torch/lib/libtorch.so", "");
  setup.folder.write("venv/lib/python3.11/site-packages/torch-2.11.0.dist-info/METADATA", "");
  CHECK(setup.doctor("torch") == "ok: 2.11.0");
  CHECK(setup.doctor("cpu").starts_with("ok"));
  const triton::Python python{setup.folder.at("venv/bin/python"), ""};
  CHECK_FALSE(triton::may_have_cuda(python));
  setup.folder.write("venv/lib/python3.11/site-packages/torch/lib/libtorch_cuda.so", "");
  CHECK(triton::may_have_cuda(python));
  CHECK(triton::may_have_cuda({"/nowhere/bin/python", ""}));
}

TEST_CASE("Python is looked for in order") {
  const Setup setup;
  std::map<std::string, std::string> set;
  const auto environment = [&](const std::string& name) {
    return set.contains(name) ? std::optional<std::string>(set[name]) : std::nullopt;
  };
  set = {{"PATH", setup.folder.at("absent") + ":" + setup.folder.at("bin")}, {"HOME", setup.folder.at("home")}};
  CHECK(triton::find_python("", environment).path.empty());
  const std::string chance = setup.program("bin/python3");
  CHECK(triton::find_python("", environment).path == chance);
  CHECK(triton::find_python("", environment).source == "PATH");
  const std::string own = setup.program("home/.cache/touchstone/python/bin/python");
  CHECK(triton::find_python("", environment).path == own);
  set["XDG_CACHE_HOME"] = setup.folder.at("elsewhere");
  CHECK(triton::find_python("", environment).path == chance);
  set["TOUCHSTONE_PYTHON"] = "python3";
  CHECK(triton::find_python("", environment).path == chance);
  CHECK(triton::find_python("", environment).source == "TOUCHSTONE_PYTHON");
  set["TOUCHSTONE_PYTHON"] = "/absent/python";
  CHECK(triton::find_python("", environment).path == "/absent/python");
  CHECK(triton::find_python("/mine", environment).path == "/mine");

  setup.folder.write("driver/libcuda.so.1", "");
  set["LD_LIBRARY_PATH"] = setup.folder.at("bin") + "::" + setup.folder.at("driver");
  CHECK(triton::driver_folders(environment) == setup.folder.at("driver"));
}

TEST_CASE("GPUs are counted by bus address, and only those with a node") {
  const TemporaryFolder folder;
  CHECK(triton::nvidia_devices(folder.path().string(), {}).empty());
  machine(folder);
  const auto devices = triton::nvidia_devices(folder.path().string(), {});
  REQUIRE(devices.size() == 2);
  CHECK(devices[0].id == "cuda:0");
  CHECK(devices[0].name == "NVIDIA A");
  CHECK(devices[0].nodes == std::vector<std::string>{"/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia1"});
  CHECK(devices[0].environment.at("CUDA_VISIBLE_DEVICES") == "0");
  CHECK(devices[0].facts["driver"].text() == "580.65.06");
  CHECK(devices[0].facts["uuid"].text() == "GPU-aa");
  CHECK(devices[0].exclusive_timing);
  CHECK(devices[1].id == "cuda:1");
  CHECK(devices[1].nodes.back() == "/dev/nvidia0");
  CHECK(devices[1].facts["uuid"].is_null());
}

TEST_CASE("what CUDA_VISIBLE_DEVICES hides is listed last, with its trouble") {
  const TemporaryFolder folder;
  machine(folder);
  const auto usable = [&](const char* visible) {
    std::string out;
    for (const Device& it : triton::nvidia_devices(folder.path().string(), std::string(visible)))
      if (it.trouble.empty()) out += it.id + " ";
    return out;
  };
  CHECK(usable("0,1") == "cuda:0 cuda:1 ");
  CHECK(usable("1") == "cuda:1 ");
  CHECK(usable("GPU-a") == "cuda:0 ");
  CHECK(usable("") == "");
  CHECK(usable("-1,0") == "");
  CHECK(triton::nvidia_devices(folder.path().string(), "1")[0].id == "cuda:1");
  std::filesystem::remove(folder.path() / "dev/nvidiactl");
  CHECK(triton::nvidia_devices(folder.path().string(), {})[0].trouble == "/dev/nvidiactl is missing");
}

TEST_CASE("a node without a word of the driver is still a GPU") {
  const TemporaryFolder folder;
  folder.write("dev/nvidiactl", "");
  folder.write("dev/nvidia0", "");
  const auto devices = triton::nvidia_devices(folder.path().string(), {});
  REQUIRE(devices.size() == 1);
  CHECK(devices[0].name == "an NVIDIA GPU");
  CHECK(devices[0].trouble.empty());
}

TEST_CASE("a block is inspected for its entries") {
  const Setup setup;
  Question question;
  question.entries = {"f", "g"};
  const Facts all =
      setup.runtime->inspect("import triton\n@triton.jit\ndef k(): pass\ndef f(): pass\ng = f\n", question);
  CHECK(all.parses);
  CHECK(all.defines_entries);
  CHECK(all.findings["jit_kernels"].list().size() == 1);
  const Facts half = setup.runtime->inspect("from m import g\ndef f(): pass\n", question);
  CHECK(half.parses);
  CHECK_FALSE(half.defines_entries);
  CHECK(half.defined == std::vector<std::string>{"f"});
  CHECK_FALSE(setup.runtime->inspect("def f(:\n", question).parses);
  CHECK_FALSE(setup.runtime->inspect("x = 1\n", Question{}).defines_entries);
}
