#include "pipeline/shard.hpp"

#include <doctest/doctest.h>

#include "util/hash.hpp"

using namespace touchstone;

TEST_CASE("every key is of exactly one part, and the parts are of like size") {
  int taken[5] = {};
  for (int i = 0; i < 1000; ++i) {
    const std::string key = sha256_hex(std::to_string(i)).substr(0, 24);
    int parts = 0;
    for (int part = 1; part <= 5; ++part)
      if (Shard{part, 5}.takes(key)) ++parts, ++taken[part - 1];
    CHECK(parts == 1);
    CHECK(Shard{}.takes(key));
  }
  for (int part : taken) CHECK(part > 150);
}

TEST_CASE("a part is read as it is written, and nothing else is") {
  const auto shard = read_shard("2/8");
  REQUIRE(shard.ok());
  CHECK(shard->text() == "2/8");
  CHECK_FALSE(shard->whole());
  for (const char* text : {"", "2", "0/8", "9/8", "1/0", "-1/2", "1/2/3", "a/b", " 1/2"})
    CHECK_FALSE(read_shard(text).ok());
}
