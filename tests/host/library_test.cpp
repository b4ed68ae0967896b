#include "host/library.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "host/elf.hpp"
#include "support/temporary_folder.hpp"
#include "touchstone/toolchain.hpp"

using namespace touchstone;

namespace {

const std::string good = std::string(TEST_PLUGINS) + "/good/metrics/size.so";

Result<const PluginHeader*> open_bad(const std::string& name) {
  return open_library(std::string(TEST_PLUGINS) + "/bad/metrics/" + name + ".so", {"metric", name});
}
/// A copy of the good metric's first bytes.
std::string cut_copy(const TemporaryFolder& folder, const std::string& name, std::size_t bytes) {
  folder.write(name, "");
  std::filesystem::copy_file(good, folder.at(name), std::filesystem::copy_options::overwrite_existing);
  std::filesystem::resize_file(folder.at(name), bytes);
  return folder.at(name);
}

}  // namespace

TEST_CASE("a good plugin opens, and opens again") {
  const auto header = open_library(good, {"metric", "size"});
  REQUIRE(header.ok());
  CHECK(std::string((*header)->summary) == "Counts characters");
  CHECK(*open_library(good, {"metric", "size"}) == *header);
}

TEST_CASE("each fault has its own message, with what was built for what and a remedy") {
  const auto abi = [](std::uint32_t theirs) {
    return "built for plugin ABI " + std::to_string(theirs) + ", this program has ABI " + std::to_string(abi_version);
  };
  const std::string task = std::to_string(sizeof(Task)), other = std::to_string(sizeof(Task) + sizeof(std::string));
  const std::pair<const char*, std::string> faults[] = {
      {"wrong_magic", "the symbol touchstone_plugin is not a plugin's header"},
      {"wrong_size", "its header has 72 bytes, this program's has 64"},
      {"newer_abi", abi(abi_version + 1)},
      {"older_abi", abi(abi_version - 1)},
      {"wrong_kind", "it is a model, but lies among the metrics"},
      {"unknown_kind", "its kind is 'oracle', which is none"},
      {"wrong_name", "it calls itself 'another_name', its file is wrong_name.so"},
      {"other_toolchain", "built with [libc++ string=24 map=24], this program with [libstdc++ cxx11abi=1 string=32"},
      {"debug_library", "built with [debug vector="},
      {"old_strings", "built with [cxx11abi=0 string=8], this program with [cxx11abi=1 string=32]"},
      {"other_task", "built with [Task=" + other + "], this program with [Task=" + task + "]"},
      {"no_descriptor", "its header has no descriptor"},
      {"undefined_symbol", "cannot be loaded: undefined symbol: _ZN7nowhere16missing_functionEv"}};
  for (const auto& [name, message] : faults) {
    CAPTURE(std::string(name));
    const auto header = open_bad(name);
    REQUIRE_FALSE(header.ok());
    CHECK(header.error().code == ErrorCode::plugin);
    CHECK(header.error().what.substr(0, message.size()) == message);
    CHECK(header.error().where.find("/bad/metrics/" + std::string(name) + ".so") != std::string::npos);
    CHECK_FALSE(header.error().hint.empty());
  }
  CHECK(open_bad("undefined_symbol").error().what.ends_with("missing_functionEv"));
  CHECK(open_bad("other_task").error().hint.find("this version's SDK") != std::string::npos);
}

TEST_CASE("a library without the symbol is no plugin, rather than a broken one") {
  const auto header = open_bad("no_symbol");
  REQUIRE_FALSE(header.ok());
  CHECK(header.error().code == ErrorCode::unavailable);
  CHECK(header.error().what == "not a Touchstone plugin: it exports no symbol touchstone_plugin");
}

TEST_CASE("a file that is no library is never opened") {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& path) { return open_library(path, {"metric", "x"}).error().what; };
  CHECK(message(folder.write("x.so", "#!/bin/sh\n")) ==
        "not a shared library: the file does not start as ELF files do");
  CHECK(message(folder.write("empty.so", "")) == "not a shared library: the file does not start as ELF files do");
  CHECK(message("/proc/self/exe").find("exports no symbol") != std::string::npos);
  CHECK(message(folder.at("none.so")) == "cannot read: No such file or directory");
}

TEST_CASE("a library cut short anywhere is refused, whatever was cut") {
  const TemporaryFolder folder;
  const auto whole = std::filesystem::file_size(good);
  for (const std::size_t bytes : {std::size_t{40}, std::size_t{64}, std::size_t{700}, whole / 2, whole - 1}) {
    CAPTURE(bytes);
    const auto header = open_library(cut_copy(folder, "size.so", bytes), {"metric", "size"});
    REQUIRE_FALSE(header.ok());
    CHECK(header.error().what == "the file is cut short");
  }
}

TEST_CASE("a stripped plugin is still a plugin") {
  const TemporaryFolder folder;
  const std::string path = folder.at("size.so");
  if (std::system(("strip -o " + path + " " + good + " 2>/dev/null").c_str()) != 0) {
    MESSAGE("no strip on this machine: not tried");
    return;
  }
  CHECK(open_library(path, {"metric", "size"}).ok());
}

TEST_CASE("symbols that a library only wants are not exported by it") {
  CHECK(*exports_symbol(good, abi_symbol));
  CHECK_FALSE(*exports_symbol(good, "touchstone_plugi"));
  CHECK_FALSE(*exports_symbol(good, "malloc"));
}
