#pragma once
// FNV-1a with 64 bits (Fowler, Noll, Vo): the same on every machine, which std::hash is not. It tells texts apart and
// proves nothing: who may choose a text can make two of one number.

#include <cstdint>
#include <string>
#include <string_view>

namespace touchstone {

class Fnv1a {
 public:
  Fnv1a& add(char byte) {
    state_ = (state_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    return *this;
  }
  Fnv1a& add(std::string_view bytes) {
    for (const char byte : bytes) add(byte);
    return *this;
  }
  std::uint64_t value() const { return state_; }
  /// 16 hex digits.
  std::string hex() const {
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(state_ >> shift) & 15];
    return out;
  }

 private:
  std::uint64_t state_{0xcbf29ce484222325ULL};
};

}  // namespace touchstone
