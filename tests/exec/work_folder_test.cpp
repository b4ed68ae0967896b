#include "exec/work_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "stub.hpp"

using namespace touchstone;
namespace fs = std::filesystem;

TEST_CASE("a work folder is private and goes with its owner") {
  stub::Base base;
  std::string path;
  {
    auto made = WorkFolder::create(base.path + "/new/er");
    REQUIRE(made.ok());
    const WorkFolder folder = std::move(*made);
    path = folder.path();
    CHECK((fs::status(folder.work()).permissions() & fs::perms::mask) == fs::perms::owner_all);
    CHECK(folder.log_tail(10).empty());
    std::ofstream(folder.log()) << "0123456789";
    CHECK(folder.log_tail(10) == "0123456789");
    CHECK(folder.log_tail(4) == "…6789");
    std::ofstream(folder.log()) << "printed many words";
    CHECK(folder.log_tail(13) == "…many words");
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("a log replaced by a link is not followed") {
  stub::Base base;
  auto folder = WorkFolder::create(base.path);
  REQUIRE(folder.ok());
  fs::remove(folder->log());
  fs::create_symlink("/etc/hostname", folder->log());
  CHECK(folder->log_tail(100).empty());
}

TEST_CASE("links, sealed-off folders and deep trees are removed, what links point to is not") {
  stub::Base base, outside;
  std::ofstream(outside.path + "/precious") << "keep";
  const std::string tree = base.path + "/tree";
  fs::create_directories(tree + "/a/b");
  fs::create_directory_symlink(outside.path, tree + "/a/link");
  std::ofstream(tree + "/a/b/file") << "x";
  REQUIRE(::mkfifo((tree + "/pipe").c_str(), 0600) == 0);
  int folder = ::open(tree.c_str(), O_DIRECTORY | O_CLOEXEC);
  for (int depth = 0; depth < 700; ++depth) {  // deeper than any path can name
    REQUIRE(::mkdirat(folder, "deeper", 0700) == 0);
    const int next = ::openat(folder, "deeper", O_DIRECTORY | O_CLOEXEC);
    ::close(folder);
    folder = next;
  }
  ::close(folder);
  ::chmod((tree + "/a/b").c_str(), 0);
  ::chmod((tree + "/a").c_str(), 0);
  CHECK(remove_tree(tree));
  CHECK_FALSE(fs::exists(tree));
  CHECK(fs::exists(outside.path + "/precious"));
  CHECK(remove_tree(tree));  // nothing there is no trouble
}

TEST_CASE("a base that cannot be written is named") {
  const auto folder = WorkFolder::create("/proc/nowhere");
  REQUIRE_FALSE(folder.ok());
  CHECK(folder.error().code == ErrorCode::environment);
  CHECK(folder.error().where.find("/proc/nowhere") != std::string::npos);
}
