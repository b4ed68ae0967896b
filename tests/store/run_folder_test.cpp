#include "store/run_folder.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.hpp"
#include "store/plan.hpp"

using namespace touchstone;
using test::Folder;
using test::text_of;
namespace fs = std::filesystem;

namespace {
Value plan(double temperature) {
  const Value model = Value().set("use", "chat").set("as", "example").set("temperature", temperature);
  return Value().set("models", Value().add(model)).set("judges", Value().add("strict"));
}
}  // namespace

TEST_CASE("a new run, then the same again") {
  Folder base;
  const std::string path = base.path + "/runs/first";
  std::string secret;
  {
    auto run = RunFolder::open(path);
    REQUIRE(run.ok());
    CHECK_FALSE((*run)->resumes());
    REQUIRE((*run)->settle_plan(plan(0.2)).ok());
    secret = (*run)->secret().value();
    CHECK(secret.size() == 64);
    REQUIRE((*run)->write_manifest(Value().set("version", "1")).ok());
    REQUIRE((*run)->write_status(Value().set("done", 1)).ok());
    REQUIRE((*run)->write_config("name: first\n").ok());
    REQUIRE((*run)->write_artifact("abc", "candidate.py", "x = 1\n").ok());
  }
  struct stat info {};
  REQUIRE(::stat((path + "/secret").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(text_of(path + "/artifacts/abc/candidate.py") == "x = 1\n");
  CHECK(text_of(path + "/manifest.json") == "{\n  \"version\": \"1\"\n}\n");

  auto again = RunFolder::open(path);
  REQUIRE(again.ok());
  CHECK((*again)->resumes());
  CHECK((*again)->settle_plan(plan(0.2)).ok());
  CHECK((*again)->secret().value() == secret);
  CHECK((*again)->secret(secret).ok());
  CHECK((*again)->secret(std::string(64, 'a')).error().code == ErrorCode::config);
  const auto changed = (*again)->settle_plan(plan(0.8));
  REQUIRE_FALSE(changed.ok());
  CHECK(changed.error().code == ErrorCode::config);
  CHECK(changed.error().what.find("models[example].temperature: was 0.2, is now 0.8") != std::string::npos);
}

TEST_CASE("a secret can be given, and must be one") {
  Folder base;
  auto run = RunFolder::open(base.path);
  CHECK((*run)->secret("short").error().code == ErrorCode::config);
  CHECK((*run)->secret(std::string(64, 'b')).value() == std::string(64, 'b'));
}

TEST_CASE("one run at a time in a folder, and the holder is named") {
  Folder base;
  {
    auto first = RunFolder::open(base.path);
    REQUIRE(first.ok());
    const pid_t child = ::fork();
    if (child == 0) {
      const auto second = RunFolder::open(base.path);
      const bool named = !second && second.error().what.find(std::to_string(::getppid())) != std::string::npos;
      ::_exit(named && second.error().code == ErrorCode::environment ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK_FALSE(RunFolder::open(base.path).ok());
  }
  CHECK(RunFolder::open(base.path).ok());
}

TEST_CASE("names that would leave the folder are refused") {
  Folder base;
  auto run = RunFolder::open(base.path);
  for (const char* name : {"", "..", "../x", "a/b", ".hidden", "a b", "\xc3\xbc"}) {
    CAPTURE(name);
    CHECK_FALSE((*run)->write_artifact(name, "x", "").ok());
    CHECK_FALSE((*run)->write_artifact("x", name, "").ok());
  }
}

TEST_CASE("a place that cannot be written is named, with the way out") {
  const auto run = RunFolder::open("/proc/none/run");
  REQUIRE_FALSE(run.ok());
  CHECK(run.error().code == ErrorCode::environment);
  CHECK(run.error().hint.find("--output") != std::string::npos);
}

TEST_CASE("plans are compared in words") {
  CHECK(compare_plans(plan(1), plan(1)).empty());
  const Value a =
      Value().set("seed", 1).set("suites", Value().add(Value().set("use", "x")).add(Value().set("use", "y")));
  const Value b =
      Value().set("seed", 1).set("suites", Value().add(Value().set("use", "y")).add(Value().set("use", "z")));
  const auto words = compare_plans(a, b);
  REQUIRE(words.size() == 2);
  CHECK(words[0] == R"(suites[z]: is new: {"use":"z"})");
  CHECK(words[1] == R"(suites[x]: is gone, was {"use":"x"})");
  const Value list = Value().add(1).add(2);
  CHECK(compare_plans(Value().set("n", list), Value().set("n", Value().add(1).add(3))).front() ==
        "n[1]: was 2, is now 3");
  const Value order = Value().add("p").add("q"), other = Value().add("q").add("p");
  CHECK(compare_plans(Value().set("n", order), Value().set("n", other)).front() == "n: is in another order");
  const Value ab = Value().set("a", 1).set("b", 2), ba = Value().set("b", 2).set("a", 1);
  CHECK(compare_plans(Value().set("n", Value().add(ab)), Value().set("n", Value().add(ba))).empty());
}
