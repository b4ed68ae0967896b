#include "host/traces.hpp"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <thread>

namespace touchstone {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> entries(const char* folder) {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) out.push_back(entry.path().filename().string());
  std::ranges::sort(out);
  return out;
}

/// Open descriptors and what they stand for; not the one that reads the folder, which stands for this folder.
std::vector<std::string> open_descriptors() {
  std::vector<std::string> out;
  std::error_code gone;
  for (const std::string& name : entries("/proc/self/fd")) {
    const fs::path target = fs::read_symlink("/proc/self/fd/" + name, gone);
    if (!gone) out.push_back(name + " " + target.string());
  }
  return out;
}

std::vector<std::string> signal_handlers() {
  std::vector<std::string> out;
  sigset_t blocked;
  sigprocmask(SIG_SETMASK, nullptr, &blocked);
  for (int number = 1; number < SIGRTMIN; ++number) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) != 0) continue;
    out.push_back(fmt::format("{} ({}): {}{}", number, strsignal(number), reinterpret_cast<void*>(action.sa_handler),
                              sigismember(&blocked, number) == 1 ? ", blocked" : ""));
  }
  return out;
}

}  // namespace

void catch_output() {
  std::cout.flush();
  std::fflush(stdout);
  const int file = memfd_create("output", MFD_CLOEXEC);
  if (file < 0) return;
  dup2(file, STDOUT_FILENO);
  close(file);
}

Traces take_traces() {
  std::cout.flush();
  std::fflush(stdout);
  Traces out;
  for (char** entry = environ; entry && *entry; ++entry) out.environment.emplace_back(*entry);
  std::ranges::sort(out.environment);
  out.descriptors = open_descriptors();
  std::error_code gone;
  out.folder = fs::current_path(gone).string();
  out.handlers = signal_handlers();
  out.threads = entries("/proc/self/task").size();
  struct stat about {};
  if (fstat(STDOUT_FILENO, &about) == 0 && S_ISREG(about.st_mode))
    out.printed = static_cast<std::size_t>(about.st_size);
  return out;
}

Traces take_traces_after(const Traces& before) {
  Traces out = take_traces();
  for (int i = 0; i < 200 && out.threads > before.threads; ++i) {  // a thread that was joined shows a little longer
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    out = take_traces();
  }
  return out;
}

std::size_t allocated_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace touchstone
