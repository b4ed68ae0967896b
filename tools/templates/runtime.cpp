// @name@: what candidates run on. It starts the stub worker that comes with Touchstone (workers/stub), whose candidates
// are lines such as "stub\nright": put your own module and --path in its place (workers/README.md has the protocol).
#include "touchstone/plugin.hpp"

using namespace touchstone;

namespace {

class Plugin : public Runtime {
 public:
  explicit Plugin(std::string workers) : workers_(std::move(workers)) {}
  Result<std::vector<Device>> devices() const override {
    return std::vector<Device>{{.id = "@name@", .family = "@name@", .name = "@name@", .nodes = {}, .environment = {}}};
  }
  Result<Start> start(Role role, const Device&) const override {
    const std::string name = role == Role::candidate ? "candidate" : "checker";
    if (role == Role::compiler) return Error{ErrorCode::unavailable, "nothing is compiled"};
    return Start{{"/usr/bin/python3", "-P", workers_ + "/parent.py", "--role", name, "--module", "stub_" + name,
                  "--path", workers_ + "/stub"}, {}};
  }
  Facts inspect(std::string_view block, const Question& question) const override {
    return {true, block.starts_with("stub\n"), question.entries, {}};
  }
  std::vector<Check> doctor() const override { return {}; }

 private:
  std::string workers_;
};

}  // namespace

TOUCHSTONE_PLUGIN(Runtime, @name@, "0.1", "Acts out what a candidate says", no_options,
                  [](const Config&, Host& host) { return made<Runtime, Plugin>(host.folder("workers")); })
