#include "util/hash.hpp"

#include <doctest/doctest.h>

using namespace touchstone;

TEST_CASE("known answers of SHA-256 and HMAC-SHA-256") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2.
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("random bytes differ and have their length") {
  const auto a = random_hex(32), b = random_hex(32);
  REQUIRE((a.ok() && b.ok()));
  CHECK(a->size() == 64);
  CHECK(*a != *b);
  CHECK(random_hex(0)->empty());
}
