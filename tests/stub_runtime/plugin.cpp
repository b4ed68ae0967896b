// A runtime for tests of the whole program: real workers, real protocol, no torch. Its candidates are lines such as
// `right` or `sleep 0.1` (README.md), so that whole runs take less than a second and go wrong when they are told to.
#include "touchstone/plugin.hpp"

namespace {
using namespace touchstone;

constexpr Option options[] = {{.key = "python",
                               .type = OptionType::path,
                               .help = "Python 3.11 or newer, or a program that becomes one",
                               .fallback = "/usr/bin/python3"}};

class Stub : public Runtime {
 public:
  Stub(std::string python, std::string workers) : python_(std::move(python)), workers_(std::move(workers)) {}

  Result<std::vector<Device>> devices() const override {
    return std::vector<Device>{{.id = "cpu", .family = "cpu", .name = "stub", .nodes = {}, .environment = {}}};
  }

  Result<Start> start(Role role, const Device&) const override {
    if (role == Role::compiler) return Error{ErrorCode::unavailable, "the stub compiles nothing"};
    const std::string name = role == Role::candidate ? "candidate" : "checker";
    return Start{{python_, "-P", "-s", workers_ + "/parent.py", "--role", name, "--module", "stub_" + name, "--path",
                  workers_ + "/stub"},
                 {{"PATH", "/usr/bin:/bin"}, {"PYTHONDONTWRITEBYTECODE", "1"}},
                 30};
  }

  Facts inspect(std::string_view block, const Question& question) const override {
    Facts out;
    out.parses = block.starts_with("stub\n");
    out.defines_entries = out.parses;
    if (out.parses) out.defined = question.entries;
    return out;
  }

  std::vector<Check> doctor() const override { return {{"python", "ok", python_, ""}}; }

 private:
  std::string python_, workers_;
};

}  // namespace

TOUCHSTONE_PLUGIN(Runtime, stub, "1.0", "Acts out what its candidates say", options,
                  [](const Config& config, Host& host) {
                    return made<Runtime, Stub>(config.text("python"), host.folder("workers"));
                  })
