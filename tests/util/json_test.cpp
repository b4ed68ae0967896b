#include "util/json.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace touchstone;

TEST_CASE("JSON comes back as it was written, keys in order") {
  const std::string text = R"({"b":[1,-2,1.5,1.0,true,null,"\u00e4\n"],"a":{}})";
  const auto value = read_json(text, "x");
  REQUIRE(value.ok());
  CHECK((*value)["b"].list()[3].is_integer() == false);
  CHECK(write_json(*value) == "{\"b\":[1,-2,1.5,1.0,true,null,\"\xc3\xa4\\n\"],\"a\":{}}");
  CHECK(*read_json(write_json_pretty(*value), "y") == *value);
  CHECK(write_json_pretty(Value().set("a", Value(Value::List{}))) == "{\n  \"a\": []\n}\n");
}

TEST_CASE("whole numbers outside int64 become doubles") {
  CHECK(read_json("9223372036854775807", "x")->integer() == std::numeric_limits<std::int64_t>::max());
  CHECK(read_json("9223372036854775808", "x")->number() == doctest::Approx(9.223372036854775808e18));
  CHECK_FALSE(read_json("9223372036854775808", "x")->is_integer());
  CHECK_FALSE(read_json("100000000000000000000000", "x")->is_integer());
}

TEST_CASE("what JSON cannot say is written as text") {
  CHECK(write_json(Value(std::nan(""))) == "\"nan\"");
  CHECK(write_json(Value(-std::numeric_limits<double>::infinity())) == "\"-inf\"");
  CHECK(write_json(Value("a\xff z")) == "\"a\xef\xbf\xbd z\"");
}

TEST_CASE("errors of JSON name the place and the cause") {
  const auto broken = read_json("{\"a\": 1,\n \"b\": }", "file");
  REQUIRE_FALSE(broken.ok());
  CHECK(broken.error().where == "file:2:7");
  CHECK(broken.error().what.find("unexpected '}'") != std::string::npos);
  CHECK(read_json("{\n\"a\":1,\n\"a\":3}", "file").error().where == "file:3:6");
  CHECK(read_json("{\"a\":1,\"b\":2,\"a\":3}", "file").error().what.find("key 'a' is there twice") !=
        std::string::npos);
  for (const std::string text : {"", "NaN", "1 2", "\"\xff\"", "[1,]", "1e999", "{'a':1}"}) {
    CAPTURE(text);
    CHECK_FALSE(read_json(text, "file").ok());
  }
}

TEST_CASE("nesting is limited") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(read_json(nested(json_depth_limit), "x").ok());
  CHECK(read_json(nested(json_depth_limit + 1), "x").error().what.find("nested deeper") != std::string::npos);
  CHECK_FALSE(read_json(std::string(1000000, '['), "x").ok());
}
