#include "config/schema.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "config/yaml_reader.hpp"
#include "touchstone/config.hpp"

using namespace touchstone;

namespace {

using enum OptionType;
constexpr Option options[] = {
    {.key = "file", .type = path, .help = "Where answers lie", .required = true},
    {.key = "count", .type = integer, .help = "How many", .fallback = "3", .least = 1, .most = 9, .unit = "items"},
    {.key = "scale", .type = real, .help = "Factor", .fallback = "1"},
    {.key = "blank", .type = flag, .help = "Whether blank lines count", .fallback = "false"},
    {.key = "style", .type = choice, .help = "How", .fallback = "simple", .choices = "simple|complex"},
    {.key = "wait", .type = duration, .help = "How long", .fallback = "500ms", .most = 60},
    {.key = "memory", .type = bytes, .help = "How much", .fallback = "2GiB"},
    {.key = "words", .type = texts, .help = "Which", .fallback = "[a, b]"},
    {.key = "key", .type = text, .help = "Of the provider", .secret = true},
    {.key = "extra", .type = map, .help = "Anything"}};

struct Outcome {
  Config config;
  std::vector<std::string> errors;
};
Outcome check(const std::string& yaml) {
  Errors errors;
  const auto block = read_yaml(yaml, "/base/f.yaml");
  REQUIRE(block.ok());
  Outcome out{Config(validate(*block, options, "model 'x'", errors)), {}};
  for (const Error& error : errors)
    out.errors.push_back(error.where + ": " + error.what + (error.hint.empty() ? "" : " (" + error.hint + ")"));
  return out;
}
std::string only_error(const std::string& yaml) {
  const auto errors = check("file: a\n" + yaml).errors;
  REQUIRE(errors.size() == 1);
  return errors[0];
}

}  // namespace

TEST_CASE("defaults fill what was left out, in the order of the options") {
  const auto [config, errors] = check("file: sub/../a.jsonl");
  CHECK(errors.empty());
  CHECK(config.text("file") == "/base/a.jsonl");
  CHECK(config.integer("count") == 3);
  CHECK(config.real("scale") == 1.0);
  CHECK_FALSE(config.flag("blank"));
  CHECK(config.text("style") == "simple");
  CHECK(config.real("wait") == 0.5);
  CHECK(config.integer("memory") == 2147483648);
  CHECK(config.texts("words") == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(config.has("key"));
  CHECK_FALSE(config.has("extra"));
  CHECK(config.effective().map().front().first == "file");
  CHECK(config.effective().map().size() == std::size(options));
}

TEST_CASE("what a person writes arrives in one unit and type") {
  const auto [config, errors] =
      check("{file: /abs/x, count: 9, scale: 2, blank: true, wait: 1min, memory: 64KiB, words: [], extra: {a: [1]}}");
  CHECK(errors.empty());
  CHECK(config.text("file") == "/abs/x");
  CHECK(config.real("scale") == 2.0);
  CHECK(config.real("wait") == 60);
  CHECK(config.integer("memory") == 65536);
  CHECK(config.texts("words").empty());
  CHECK(config.map("extra")["a"].list()[0].integer() == 1);
}

TEST_CASE("every error is reported at once, with place, expectation and nearest name") {
  const auto errors = check("cuont: 2\ncount: 10\nblank: yes\nstyle: simpel\nwait: 5\n").errors;
  REQUIRE(errors.size() == 6);
  CHECK(errors[0] == "/base/f.yaml:1:8: model 'x': unknown key 'cuont' (did you mean 'count'?)");
  CHECK(errors[1] == "/base/f.yaml:1:1: model 'x': 'file' is missing (a path: Where answers lie)");
  CHECK(errors[2] ==
        "/base/f.yaml:2:8: model 'x': count: expected a whole number (items), from 1 to 9, found the number 10 (How "
        "many)");
  CHECK(errors[3] == "/base/f.yaml:3:8: model 'x': blank: expected true or false, found 'yes' (write true)");
  CHECK(errors[4] ==
        "/base/f.yaml:4:8: model 'x': style: expected one of simple, complex, found 'simpel' (did you mean simple?)");
  CHECK(errors[5] ==
        "/base/f.yaml:5:7: model 'x': wait: expected a duration such as 500ms, 2s, 3min or 1h, at most 1min, found the "
        "number 5 (add a unit: 5s)");
}

TEST_CASE("each wrong type says what was found and what to write") {
  CHECK(only_error("key: 12").find("expected text, found the number 12 (put it in quotes: \"12\")") !=
        std::string::npos);
  CHECK(only_error("count: 1.5").find("found the number 1.5") != std::string::npos);
  CHECK(only_error("count:").find("found nothing") != std::string::npos);
  CHECK(only_error("words: a").find("expected a list of texts, found 'a' (write [a])") != std::string::npos);
  CHECK(only_error("words: [a, 10]").find("found the number 10 in it (put it in quotes: \"10\")") != std::string::npos);
  CHECK(only_error("words: [a, [b]]").find("found a list in it") != std::string::npos);
  CHECK(only_error("key: null").find("put it in quotes: \"null\"") != std::string::npos);
  CHECK(only_error("count: 1e3").find("(write 1000)") != std::string::npos);
  CHECK(only_error("memory: 5").find("(add a unit: 5B)") != std::string::npos);
  CHECK(only_error("scale: fast").find("expected a number, found 'fast'") != std::string::npos);
  CHECK(only_error("wait: 2h").find("found '2h'") != std::string::npos);
  CHECK(only_error("blank: {}").find("found a map") != std::string::npos);
  CHECK(only_error("zzz: 1").find("known: file, count") != std::string::npos);
  CHECK(check("[1]").errors[0] == "/base/f.yaml:1:1: model 'x': expected a map of options, found a list");
}

TEST_CASE("a number that is none is in no range") {
  static constexpr Option ranged[] = {{.key = "p", .type = real, .help = "Share", .least = 0, .most = 1}};
  Errors errors;
  validate(*read_yaml("p: .nan", "f"), ranged, "x", errors);
  CHECK(errors.size() == 1);
}

TEST_CASE("a default that breaks its own rule is the author's fault") {
  static constexpr Option broken[] = {{.key = "n", .type = integer, .help = "Number", .fallback = "0", .least = 1}};
  Errors errors;
  validate(Value(), broken, "metric 'm'", errors);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == ErrorCode::plugin);
}

TEST_CASE("choices hold for each text of a list") {
  static constexpr Option listed[] = {{.key = "r", .type = texts, .help = "Reports", .choices = "table|json"}};
  Errors errors;
  validate(*read_yaml("r: [table, jsn, x]", "f"), listed, "config", errors);
  REQUIRE(errors.size() == 2);
  CHECK(errors[0].hint == "did you mean json?");
}

TEST_CASE("a path that no file holds starts at the current folder") {
  Errors errors;
  const Value block = Value().set("file", "x/y");
  CHECK(validate(block, options, "x", errors)["file"].text() == (std::filesystem::current_path() / "x/y").string());
}

TEST_CASE("effective values are written so that they validate to the same") {
  Errors errors;
  const Value block = *read_yaml("{file: /x, wait: 1.25s, memory: 1000, key: hush}", "f");
  const Value fixed = Value(block).set("memory", "1000B");
  const Value effective = validate(fixed, options, "x", errors);
  const Value written = unvalidate(effective, options);
  CHECK(written["wait"].text() == "1250ms");
  CHECK(written["memory"].text() == "1kB");
  CHECK(written["key"].text() == "(secret)");
  CHECK_FALSE(written.find("extra"));
  CHECK(validate(Value(written).set("key", "hush"), options, "x", errors) == effective);
  CHECK(errors.empty());
}

TEST_CASE("a path may start at an environment variable, which must be set") {
  Errors errors;
  ::setenv("TOUCHSTONE_TEST_DATA", "/data/set", 1);
  CHECK(validate(Value().set("file", "$TOUCHSTONE_TEST_DATA/a/b"), options, "x", errors)["file"].text() ==
        "/data/set/a/b");
  CHECK(errors.empty());
  ::unsetenv("TOUCHSTONE_TEST_DATA");
  validate(Value().set("file", "$TOUCHSTONE_TEST_DATA/a/b"), options, "x", errors);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].what.find("TOUCHSTONE_TEST_DATA is not set") != std::string::npos);
}
