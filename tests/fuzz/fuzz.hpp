#pragma once
// What every target needs: a property that does not hold ends the process, which is how a fuzzer counts a finding.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// One input; returns 0. Declared by libFuzzer, called by it or by driver.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace touchstone::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void must(bool holds, const char* property, const std::string& seen = {}) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n%s\n", property, seen.c_str());
  std::abort();
}

}  // namespace touchstone::fuzz
