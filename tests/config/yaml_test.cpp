#include <doctest/doctest.h>

#include <cmath>

#include "config/place.hpp"
#include "config/scalar.hpp"
#include "config/yaml_reader.hpp"
#include "config/yaml_writer.hpp"
#include "support/temporary_folder.hpp"

using namespace touchstone;

namespace {

/// "place: what (hint)" of a text that must be refused.
std::string refusal(const std::string& text) {
  const auto read = read_yaml(text, "f");
  REQUIRE_FALSE(read.ok());
  const Error& error = read.error();
  CHECK(error.code == ErrorCode::config);
  return error.where + ": " + error.what + (error.hint.empty() ? "" : " (" + error.hint + ")");
}
Value read(const std::string& text) {
  const auto out = read_yaml(text, "f");
  REQUIRE_MESSAGE(out.ok(), out.error().what);
  return *out;
}

}  // namespace

TEST_CASE("values know where they were written") {
  const Value root = read("name: x\nmodels:\n  - use: replay\n    file: 'a b'\n  - {use: y}\n");
  CHECK(place_text(root.place) == "f:1:1");
  CHECK(place_text(root["name"].place) == "f:1:7");
  CHECK(place_text(root["models"].place) == "f:2:1");
  CHECK(place_text(root["models"].list()[0].place) == "f:3:5");
  CHECK(place_text(root["models"].list()[0]["file"].place) == "f:4:11");
  CHECK(place_text(root["models"].list()[1].place) == "f:5:5");
}

TEST_CASE("plain scalars mean one thing") {
  CHECK(read("true") == Value(true));
  for (const std::string text :
       {"yes", "no", "on", "off", "True", "2025-01-31", "1_000", "1:30", "nan", "inf", "a b", "0x", "v0"}) {
    CAPTURE(text);
    CHECK(read(text) == Value(text));
  }
  for (const std::string text : {"'12'", "\"true\"", "'~'", "'010'", "\"0x10\""})
    CHECK(read(text) == Value(text.substr(1, text.size() - 2)));
  CHECK(read("-12") == Value(-12));
  CHECK(read("1.50") == Value(1.5));
  CHECK(read("1e3") == Value(1000.0));
  CHECK(std::isinf(read("-.inf").number()));
  CHECK(std::isnan(read(".nan").number()));
  for (const std::string text : {"", "~", "null", "# only a comment"}) CHECK(read(text).is_null());
}

TEST_CASE("numbers that readers understand differently are refused by name") {
  CHECK(refusal("a: 010") ==
        "f:1:4: '010' starts with 0, which some readers take for octal (write a decimal number, or '\"010\"' where "
        "text is meant)");
  CHECK(refusal("a: 0x1F").find("'0x1F' is not a decimal number") != std::string::npos);
  CHECK(refusal("a: -0o17").find("is not a decimal number") != std::string::npos);
  CHECK(refusal("a: 9223372036854775808").find("does not fit in 64 bits") != std::string::npos);
}

TEST_CASE("what yaml-cpp lets pass is refused with its place") {
  CHECK(refusal("a: 1\nb: 2\na: 3") == "f:3:1: the key 'a' is there twice (remove one of the two)");
  CHECK(refusal("{a: {x: 1, 'x': 2}}") == "f:1:12: the key 'x' is there twice (remove one of the two)");
  CHECK(refusal("a: &x {b: 1}\nc:\n  <<: *x").find("f:3:3: merge keys (<<) are not supported") == 0);
  CHECK(refusal("a: 1\n---\nb: 2").find("f:2:1: a second document starts here") == 0);
  CHECK(refusal("a: &x [1, *x]").find("f:1:11: an alias stands inside its own anchor") == 0);
  CHECK(refusal("1: a") == "f:1:1: the key 1 is not text (write \"1\")");
  CHECK(refusal("true: a") == "f:1:1: the key true is not text (write \"true\")");
  CHECK(refusal("[a]: b").find("a list or map stands where a key is expected") != std::string::npos);
  CHECK(refusal("~: b").find("a key is empty") != std::string::npos);
  CHECK(refusal("&x a: b\n*x : c").find("f:2:1: a key is an alias") == 0);
  CHECK(refusal("a: !!int '3'").find("the tag '!!int' is not understood") != std::string::npos);
  CHECK(refusal("a:\n\tb: 1") == "f:2:3: a tab stands in the indentation (indent with spaces)");
  CHECK(refusal("a: [1,").find("f:1:1: the list that is opened here is not closed") == 0);
  CHECK(refusal("a: *nobody").find("stands for an anchor, and there is none") != std::string::npos);
}

TEST_CASE("what is no text is refused with its place") {
  CHECK(refusal("a: \xff").find("f:1:4: the byte 0xFF is not UTF-8") == 0);
  CHECK(refusal("a: \"x\nb: \xe2\x82").find("f:2:4: the byte 0xE2") == 0);
  CHECK(refusal("\x7f"
                "ELF")
            .find("f:1:1: the control character 0x7F") == 0);
  CHECK(refusal("a: \"b\nc: d\n").find("f:1:4: the quote that is opened here is not closed") == 0);
  CHECK(refusal("a: 'it''s\n").find("is not closed") != std::string::npos);
  CHECK(read("a: \xc3\xa9\nb: 'it''s'\nc: \"\\\"\"\n").map().size() == 3);
}

TEST_CASE("an alias is a copy of what it names") {
  const Value root = read("a: &x {b: [1, 2]}\nc: *x\n");
  CHECK(root["a"] == root["c"]);
}

TEST_CASE("depth and size are limited") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(read_yaml(nested(yaml_depth_limit), "f").ok());
  CHECK(refusal(nested(yaml_depth_limit + 1)).find("nested deeper") != std::string::npos);
  CHECK_FALSE(read_yaml(std::string(100000, '['), "f").ok());
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    std::string aliases;
    for (int k = 0; k < 10; ++k) aliases += (k ? ", *a" : "*a") + std::to_string(i - 1) + " ";
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + aliases + "]\n";
  }
  CHECK(refusal(bomb).find("more than 1000000 values") != std::string::npos);
}

TEST_CASE("a file that is not there is an io error with its path") {
  const TemporaryFolder folder;
  const auto missing = read_yaml_file(folder.at("none.yaml"));
  CHECK(missing.error().code == ErrorCode::io);
  CHECK(missing.error().where == folder.at("none.yaml"));
  CHECK((*read_yaml_file(folder.write("a.yaml", "b: 1")))["b"].place.file == folder.at("a.yaml"));
}

TEST_CASE("what is written as YAML reads back the same") {
  const std::string text =
      "name: x\nnumbers: [1, -2, 1.5, 1.0, .inf, true, null]\nwords: [\"true\", \"010\", \"1\", yes, \"a b\", \"\", "
      "\"~\", \"-\", \"a: b\", "
      "\"#\", \"null\", \"<<\", a-b.c/d_e]\nnested:\n  - a: 1\n    b: {}\n  - [[1, 2], []]\n  - []\nlines: \"a\\n "
      "b\\t\\u0007\\n\"\n\"1\": {\"k v\": ä}\n";
  const Value value = read(text);
  CAPTURE(write_yaml(value));
  CHECK(read(write_yaml(value)) == value);
  CHECK(write_yaml(read("{a: {b: [1, x], c: {d: 2}}, e: [{f: 1, g: []}]}")) ==
        "a:\n  b: [1, x]\n  c:\n    d: 2\ne:\n  - f: 1\n    g: []\n");
  CHECK(write_yaml(Value()) == "null\n");
}
