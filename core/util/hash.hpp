#pragma once
// Fingerprints and secrets: the only user of OpenSSL is hash.cpp.

#include <cstddef>
#include <string>
#include <string_view>

#include "touchstone/result.hpp"

namespace touchstone {

/// SHA-256 of the bytes, as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

/// HMAC-SHA-256 of `message` under `key` (RFC 2104), as 64 lower-case hex digits.
std::string hmac_sha256_hex(std::string_view key, std::string_view message);

/// That many bytes from the kernel's random source, two hex digits each: fit for secrets. Error: environment.
Result<std::string> random_hex(std::size_t bytes);

}  // namespace touchstone
