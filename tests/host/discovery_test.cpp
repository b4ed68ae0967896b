#include "host/discovery.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "support/temporary_folder.hpp"

using namespace touchstone;
namespace fs = std::filesystem;

namespace {

using Folders = std::vector<std::string>;

}  // namespace

TEST_CASE("the search path: given folders, the environment, the installation, each once") {
  const Folders given{"/a", "/b/../c/"};
  const auto path = search_path(given, "/d:/a", "/installed");
  REQUIRE(path.ok());
  CHECK(*path == Folders{"/a", "/c/", "/d", "/installed"});
  CHECK(search_path({}, "", "")->empty());
}

TEST_CASE("a folder that depends on the current one is refused") {
  for (const std::string relative : {".", "plugins", "./plugins", "../x"}) {
    CAPTURE(relative);
    const auto given = search_path(Folders{relative}, "", "");
    REQUIRE_FALSE(given.ok());
    CHECK(given.error().what == "the plugin folder '" + relative + "' is not an absolute path");
    CHECK_FALSE(search_path({}, "/ok:" + relative, "").ok());
  }
  CHECK_FALSE(search_path({}, "/a::/b", "").ok());  // an empty part would be the current folder
}

TEST_CASE("files are listed by kind and name") {
  const TemporaryFolder a, b;
  a.write("metrics/size.so", "");
  a.write("metrics/notes.txt", "");
  a.write("others/x.so", "");
  b.write("metrics/lines.so", "");
  b.write("models/replay.so", "");
  const auto files = list_plugins(Folders{a.path().string(), b.path().string(), "/not/there"});
  REQUIRE(files.size() == 3);
  CHECK(files[0].kind + files[0].name == "modelreplay");
  CHECK(files[1].name == "lines");
  CHECK(files[2].path == a.at("metrics/size.so"));
}

TEST_CASE("a name that is not there brings the nearest, all others, and where was looked") {
  const TemporaryFolder folder;
  folder.write("metrics/accuracy.so", "");
  folder.write("metrics/latency.so", "");
  const auto missing = find_plugin(Folders{folder.path().string()}, "metric", "acuracy");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().what == "no metric plugin is called 'acuracy'");
  CHECK(missing.error().hint ==
        "did you mean 'accuracy'? there are: accuracy, latency; looked in " + folder.path().string());
  CHECK_FALSE(find_plugin(Folders{folder.path().string()}, "metric", "../metrics/accuracy").ok());
}

TEST_CASE("two files of one name are an error that names both; two ways to one file are not") {
  const TemporaryFolder a, b;
  a.write("metrics/size.so", "");
  b.write("metrics/size.so", "");
  const auto twice = find_plugin(Folders{a.path().string(), b.path().string()}, "metric", "size");
  REQUIRE_FALSE(twice.ok());
  CHECK(twice.error().what == "two metric plugins are called 'size'");
  CHECK(twice.error().where == a.at("metrics/size.so") + " and " + b.at("metrics/size.so"));
  fs::remove(b.at("metrics/size.so"));
  fs::create_symlink(a.at("metrics/size.so"), b.at("metrics/size.so"));
  CHECK(find_plugin(Folders{a.path().string(), b.path().string()}, "metric", "size").ok());
}

TEST_CASE("what everybody may write is not opened") {
  const TemporaryFolder folder;
  folder.write("metrics/size.so", "");
  const Folders folders{folder.path().string()};
  REQUIRE(find_plugin(folders, "metric", "size").ok());
  for (const std::string place : {"metrics/size.so", "metrics", "."}) {
    CAPTURE(place);
    fs::permissions(folder.at(place), fs::perms::others_write, fs::perm_options::add);
    const auto found = find_plugin(folders, "metric", "size");
    fs::permissions(folder.at(place), fs::perms::others_write, fs::perm_options::remove);
    REQUIRE_FALSE(found.ok());
    CHECK(found.error().what == "not opened: everybody may write it");
    CHECK(found.error().hint.find("chmod o-w /") == 0);
  }
}
