// The smallest runtime: one device, whose workers are the shell's (it cannot judge anything).
#include "touchstone/plugin.hpp"

namespace {
using namespace touchstone;

struct Shell : Runtime {
  Result<std::vector<Device>> devices() const override {
    return std::vector<Device>{{.id = "cpu", .family = "cpu", .name = "this machine", .nodes = {}, .environment = {}}};
  }
  Result<Start> start(Role, const Device&) const override { return Start{{"/bin/sh"}, {}}; }
  Facts inspect(std::string_view block, const Question&) const override { return {!block.empty(), false, {}, {}}; }
  std::vector<Check> doctor() const override { return {{"shell", "ok", "/bin/sh", ""}}; }
};
}  // namespace

TOUCHSTONE_PLUGIN(Runtime, shell, "1.0", "Runs nothing", no_options,
                  [](const Config&, Host&) { return made<Runtime, Shell>(); })
