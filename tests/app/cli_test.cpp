#include "app/cli.hpp"

#include <doctest/doctest.h>

using namespace touchstone;

namespace {

const Subcommand run_command{"run",
                             "CONFIG",
                             "Run a config",
                             "touchstone run a.yaml",
                             1,
                             1,
                             {{"output,o", "DIR", "where"}, {"set", "K=V", "change a key"}},
                             {}};

}  // namespace

TEST_CASE("flags, short ones, repeated ones and positional arguments") {
  const auto got = parse(run_command, {"a.yaml", "--set", "x=1", "-o", "out", "--set=y=2", "--json"});
  REQUIRE(got);
  CHECK(got->positional == std::vector<std::string>{"a.yaml"});
  CHECK(got->get("output") == "out");
  CHECK(got->all("set") == std::vector<std::string>{"x=1", "y=2"});
  CHECK(got->has("json"));
  CHECK_FALSE(got->has("verbose"));
}

TEST_CASE("an unknown flag names the nearest one; nothing is guessed from a beginning") {
  const auto typo = parse(run_command, {"a.yaml", "--ouput", "x"});
  REQUIRE_FALSE(typo);
  CHECK(typo.error().what == "unknown option '--ouput'");
  CHECK(typo.error().hint == "did you mean --output?");
  CHECK_FALSE(parse(run_command, {"a.yaml", "--out", "x"}));
}

TEST_CASE("too few, too many, a missing value") {
  CHECK(parse(run_command, {}).error().what == "CONFIG is missing");
  CHECK(parse(run_command, {"a", "b"}).error().what == "unexpected argument 'b'");
  CHECK_FALSE(parse(run_command, {"a", "--output"}));
  CHECK(parse(run_command, {"--help"})->has("help"));
}

TEST_CASE("help shows every flag and an example") {
  const std::string text = help(run_command);
  for (const char* part : {"touchstone run CONFIG", "-o, --output DIR", "--set K=V", "--json", "touchstone run a.yaml"})
    CHECK(text.find(part) != std::string::npos);
  CHECK(overview({run_command}).find("run CONFIG") != std::string::npos);
}
