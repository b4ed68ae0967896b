#include "exec/containment.hpp"

#include <unistd.h>

#include <cstring>

#include "exec/sealed.hpp"

namespace touchstone {

namespace {

Feature probe_network(Launcher& launcher) {
  Spawn spawn{.argv = {"/bin/sh", "-c", ":"}, .environment = {}};
  spawn.own_network = true;
  auto process = launcher.start(std::move(spawn));
  if (!process) return {"network", false, "NOT contained: no program could be started: " + process.error().what};
  process->wait(within(10));
  const int refused = process->network_refused();
  if (refused != 0) return {"network", false, std::string("NOT contained: no namespace: ") + std::strerror(refused)};
  if (::geteuid() == 0) return {"network", true, "none: a namespace of its own (as root a worker could leave it)"};
  return {"network", true, "none: a namespace of its own"};
}

Feature probe_seals() {
  const auto sealed = Shared::of("probe", "x");
  const bool refuses = sealed.ok() && ::write(sealed->descriptor(), "y", 1) < 0;
  if (refuses) return {"outputs", true, "sealed before they are judged"};
  return {"outputs", false, "NOT contained: sealed memory can still be written"};
}

Feature probe_limits(Launcher& launcher) {
  Spawn spawn{.argv = {"/bin/sh", "-c", "test $(ulimit -n) = 64"}, .environment = {}};
  spawn.limits = {{RLIMIT_NOFILE, 64}};
  auto process = launcher.start(std::move(spawn));
  const auto exit = process ? process->wait(within(10)) : std::nullopt;
  if (exit && exit->code == 0 && exit->signal == 0)
    return {"limits", true, "memory, files and processor time by rlimits"};
  return {"limits", false, "NOT contained: resource limits do not hold"};
}

Feature probe_user() {
  if (::geteuid() == 0) return {"user", false, "NOT separated: workers run as root, no limit on processes binds them"};
  return {"user", false, "NOT separated: workers run as the user who started the run"};
}

}  // namespace

std::vector<Feature> Containment::probe(Launcher& launcher) {
  std::vector<Feature> out{probe_network(launcher), probe_seals(), probe_limits(launcher), probe_user()};
  own_network_ = out.front().holds;
  out.push_back({"files", false, "NOT contained: a worker can read what this user can read"});
  out.push_back({"system calls", false, "NOT contained: not filtered"});
  return out;
}

void Containment::confine(Spawn& spawn) const {
  spawn.own_network = own_network_;
  spawn.umask = 0077;
  spawn.limits.emplace_back(RLIMIT_CORE, 0);
}

Value Containment::block(const std::string& work, const std::string& log) const {
  Value limits;
  limits.set("CORE", 0);
  const auto bound = [&limits](const char* name, std::int64_t most) {
    if (most > 0) limits.set(name, most);
  };
  bound("DATA", limits_.memory_bytes);
  bound("FSIZE", limits_.file_bytes);
  bound("NOFILE", limits_.open_files);
  bound("NPROC", limits_.processes);
  bound("CPU", limits_.cpu_seconds);
  return Value().set("work", work).set("limits", std::move(limits)).set("log", log);
}

}  // namespace touchstone
