#include "util/text.hpp"

#include <doctest/doctest.h>

#include "util/nearest.hpp"

using namespace touchstone;

TEST_CASE("split, join and trim") {
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("", ',') == std::vector<std::string>{""});
  CHECK(join(split("a.b.c", '.'), "/") == "a/b/c");
  CHECK(trim(" \t a b\n") == "a b");
  CHECK(trim("  ").empty());
}

TEST_CASE("what is cut ends with a word") {
  CHECK(shortened("ten letters", 11) == "ten letters");
  CHECK(shortened("one two three", 10) == "one two…");
  CHECK(shortened("one two three", 7) == "one two…");
  CHECK(shortened("a verylongwordwithoutanend", 20) == "a verylongwordwithou…");
  CHECK(shortened("äöüß", 3) == "ä…");
  CHECK(counted(1, "task") == "1 task");
  CHECK(counted(0, "task") == "0 tasks");
}

TEST_CASE("only decimal whole numbers are integers") {
  CHECK(parse_integer("-12") == -12);
  CHECK(parse_integer("0") == 0);
  for (const std::string text : {"", "010", "-01", "0x10", "1.0", "1 ", "--1", "+-1", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_integer(text));
  }
}

TEST_CASE("only finite decimal numbers are reals") {
  CHECK(parse_real("-1.5e3") == -1500);
  CHECK(parse_real(".5") == 0.5);
  for (const std::string text : {"", "inf", "nan", "0x1p3", "1,5", "e", "1e", "1e999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_real(text));
  }
}

TEST_CASE("durations and bytes carry a unit") {
  CHECK(parse_duration("500ms") == 0.5);
  CHECK(parse_duration("2 s") == 2);
  CHECK(parse_duration("3min") == 180);
  CHECK(parse_duration("1.5h") == 5400);
  CHECK(parse_duration("0") == 0);
  CHECK(parse_bytes("64KiB") == 65536);
  CHECK(parse_bytes("2GiB") == 2147483648.0);
  CHECK(parse_bytes("10MB") == 1e7);
  for (const std::string text : {"", "2", "s", "-1s", "2 m", "2S", "2s s", "1e3"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
  for (const std::string text : {"2", "2K", "2gib", "-1B"}) CHECK_FALSE(parse_bytes(text));
}

TEST_CASE("what is formatted is read back the same") {
  for (const std::string text : {"500ms", "2s", "3min", "1h", "90min", "0s"})
    CHECK(format_duration(*parse_duration(text)) == text);
  CHECK(format_duration(1.5) == "1500ms");
  for (const std::string text : {"64KiB", "2GiB", "512B", "0B"}) CHECK(format_bytes(*parse_bytes(text)) == text);
  for (const double seconds : {0.1, 0.3, 1.0 / 3, 123.456, 2e-9, 1e-12, 1e20}) {
    CAPTURE(seconds);
    CHECK(parse_duration(format_duration(seconds)) == seconds);
  }
}

TEST_CASE("what others wrote cannot steer a terminal") {
  CHECK(printable("\x1b[31mred\x1b[0m\a\x7f") == "?[31mred?[0m??");
  CHECK(printable("one\ntwo\tthree\r") == "one two three ");
  CHECK(printable("\xc2\x9b"
                  "2J é → \xc2") == "?2J é → \xc2");
  CHECK(printable("") == "");
}

TEST_CASE("a star stands for anything") {
  CHECK(matches_pattern("*", ""));
  CHECK(matches_pattern("soft*", "softmax"));
  CHECK(matches_pattern("*_*m", "layer_norm"));
  CHECK(matches_pattern("a*b*c", "aXbYbZc"));
  CHECK_FALSE(matches_pattern("soft", "softmax"));
  CHECK_FALSE(matches_pattern("a*b", "ab "));
  CHECK_FALSE(matches_pattern(std::string(40, '*') + "b", std::string(4000, 'a')));
}

TEST_CASE("the nearest name is one that may have been meant") {
  const std::vector<std::string> names{"metrics", "models", "prompts", "seed"};
  CHECK(nearest("metrcis", names) == "metrics");
  CHECK(nearest("model", names) == "models");
  CHECK(nearest("sed", names) == "seed");
  CHECK_FALSE(nearest("quux", names));
  CHECK_FALSE(nearest("", names));
  CHECK_FALSE(nearest("x", std::vector<std::string>{"y"}));
  CHECK(edit_distance("ab", "ba") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
}
