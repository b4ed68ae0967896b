#pragma once
// What a plugin's build must have in common with the program's, as a text that can be compared word by word.

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "touchstone/attempt.hpp"
#include "touchstone/config.hpp"
#include "touchstone/measurement.hpp"
#include "touchstone/model.hpp"
#include "touchstone/option.hpp"
#include "touchstone/profiler.hpp"
#include "touchstone/runtime.hpp"
#include "touchstone/task.hpp"

namespace touchstone {
namespace detail {

struct Fingerprint {
  std::array<char, 1024> data{};
  std::size_t size{0};

  constexpr Fingerprint& add(const char* text) {
    while (*text) data[size++] = *text++;
    return *this;
  }
  constexpr Fingerprint& add(const char* text, std::size_t number) {
    add(text);
    char digits[20]{};
    int n = 0;
    do digits[n++] = static_cast<char>('0' + number % 10);
    while (number /= 10);
    while (n) data[size++] = digits[--n];
    return *this;
  }
};

/// Words of small letters: the C++ library, and sizes that its flags change.
constexpr void add_library(Fingerprint& out) {
#if defined(_GLIBCXX_USE_CXX11_ABI)
  out.add("libstdc++").add(" cxx11abi=", _GLIBCXX_USE_CXX11_ABI);
#elif defined(_LIBCPP_VERSION)
  out.add("libc++");
#endif
#if defined(_GLIBCXX_DEBUG)
  out.add(" debug");
#endif
  out.add(" string=", sizeof(std::string)).add(" vector=", sizeof(std::vector<int>));
  out.add(" map=", sizeof(std::map<int, int>)).add(" function=", sizeof(std::function<void()>));
}

/// Words of capital letters: the size of every type that crosses. tools/check_abi.py says when one is missing.
constexpr void add_types(Fingerprint& out) {
  out.add(" Place=", sizeof(Place)).add(" Value=", sizeof(Value)).add(" Config=", sizeof(Config));
  out.add(" Error=", sizeof(Error)).add(" None=", sizeof(None)).add(" Result=", sizeof(Result<None>));
  out.add(" Option=", sizeof(Option)).add(" Question=", sizeof(Question)).add(" Oracle=", sizeof(Oracle));
  out.add(" Protocol=", sizeof(Protocol)).add(" Task=", sizeof(Task)).add(" Prompt=", sizeof(Prompt));
  out.add(" Completion=", sizeof(Completion)).add(" Candidate=", sizeof(Candidate)).add(" Launch=", sizeof(Launch));
  out.add(" Timing=", sizeof(Timing)).add(" CallReport=", sizeof(CallReport)).add(" Usage=", sizeof(Usage));
  out.add(" Execution=", sizeof(Execution)).add(" Verdict=", sizeof(Verdict)).add(" Attempt=", sizeof(Attempt));
  out.add(" Tag=", sizeof(Tag)).add(" Interval=", sizeof(Interval)).add(" Measurement=", sizeof(Measurement));
  out.add(" Needs=", sizeof(Needs)).add(" Sample=", sizeof(Sample)).add(" Row=", sizeof(Row));
  out.add(" Command=", sizeof(Command)).add(" Draws=", sizeof(Draws)).add(" Ask=", sizeof(Ask));
  out.add(" Injection=", sizeof(Injection)).add(" Device=", sizeof(Device)).add(" Start=", sizeof(Start));
  out.add(" Facts=", sizeof(Facts)).add(" Check=", sizeof(Check));
}

constexpr Fingerprint make_fingerprint() {
  Fingerprint out;
  add_library(out);
  add_types(out);
  return out;
}
inline constexpr Fingerprint fingerprint = make_fingerprint();

}  // namespace detail

/// The C++ ABI family that a library was built for: library, its flags, sizes of crossing types; not the compiler's
/// version, so that a bundle built by g++ 12 takes a plugin built by g++ 13.
constexpr const char* toolchain_fingerprint() { return detail::fingerprint.data.data(); }

}  // namespace touchstone
