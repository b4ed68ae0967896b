#include "util/file_system.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/temporary_folder.hpp"

using namespace touchstone;

TEST_CASE("a file is replaced as a whole and leaves nothing beside it") {
  const TemporaryFolder folder;
  REQUIRE(write_file_atomically(folder.at("a"), "old").ok());
  REQUIRE(write_file_atomically(folder.at("a"), std::string("n\0w", 3), 0600).ok());
  CHECK(*read_file(folder.at("a")) == std::string("n\0w", 3));
  CHECK(*list_folder(folder.path().string()) == std::vector<std::string>{"a"});
  struct stat about {};
  REQUIRE(stat(folder.at("a").c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0600);
}

TEST_CASE("a failed write leaves the old file and says why") {
  const TemporaryFolder folder;
  folder.write("a/inside", "x");
  const auto onto_folder = write_file_atomically(folder.at("a"), "text");
  REQUIRE_FALSE(onto_folder.ok());
  CHECK(onto_folder.error().where == folder.at("a"));
  CHECK(*list_folder(folder.path().string()) == std::vector<std::string>{"a"});
  CHECK(write_file_atomically(folder.at("no/such/folder"), "x").error().what ==
        "cannot write: No such file or directory");
}

TEST_CASE("reading says what is wrong") {
  const TemporaryFolder folder;
  folder.write("big", "12345");
  CHECK(read_file(folder.at("big"), 5).ok());
  CHECK(read_file(folder.at("big"), 4).error().what == "cannot read: larger than 4 bytes");
  CHECK(read_file(folder.at("none")).error().what == "cannot read: No such file or directory");
  CHECK(read_file(folder.path().string()).error().what == "cannot read: Is a directory");
  CHECK(list_folder(folder.at("none")).error().where == folder.at("none"));
  CHECK_FALSE(list_folder(folder.at("big")).ok());
}

TEST_CASE("folders are made with their parents, sorted when listed") {
  const TemporaryFolder folder;
  REQUIRE(make_folder(folder.at("b/c")).ok());
  REQUIRE(make_folder(folder.at("b/c")).ok());
  folder.write("a", "");
  CHECK(*list_folder(folder.path().string()) == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(make_folder(folder.at("a/x")).ok());
}
