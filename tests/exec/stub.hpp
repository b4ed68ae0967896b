#pragma once
// The stub parent of tests/workers/stub_worker.py, and what tests of several files ask about it.

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "exec/pool.hpp"

namespace touchstone::stub {

inline std::string python() { return std::filesystem::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3"; }

inline Start start(const std::string& role, const std::string& mood = {}) {
  const char* path = ::getenv("PATH");
  Start out{.argv = {python(), "-I", std::filesystem::absolute("tests/workers/stub_worker.py"), role},
            .environment = {{"PATH", path ? path : "/usr/bin:/bin"}},
            .ready_seconds = 30};
  if (!mood.empty()) out.argv.push_back(mood);
  return out;
}

/// A folder for work folders that is gone at the end of the test.
struct Base {
  Base() {
    std::string name = std::filesystem::temp_directory_path() / "touchstone-exec-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Base() { remove_tree(path); }
  std::string path;
};

/// Everything that a test of workers needs; the order is that of the program.
struct Bench {
  explicit Bench(Limits limits = {}, Role role = Role::candidate, std::size_t ahead = 0)
      : parent(launcher, start(role_name(role)), role, Containment(limits)), pool(parent, base.path, ahead) {}
  Seat take() {
    auto seat = pool.take(30);
    if (!seat) FAIL(seat.error().what << " " << seat.error().hint);
    return std::move(*seat);
  }
  Launcher launcher;
  Base base;
  Parent parent;
  Pool pool;
};

inline Value ask(const std::string& what) { return Value().set("do", what); }

/// Ended, though whoever inherited it may not have waited for it yet.
inline bool ended(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(stat, text)) return true;
  const std::size_t name_end = text.rfind(')');
  return name_end != std::string::npos && text.compare(name_end, 3, ") Z") == 0;
}
inline bool gone(pid_t pid) {
  for (int i = 0; i < 500 && !ended(pid); ++i) ::usleep(10'000);
  return ended(pid);
}

inline std::size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace touchstone::stub
