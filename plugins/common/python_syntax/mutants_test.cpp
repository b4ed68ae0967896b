#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "common/python_syntax/mutants.hpp"
#include "common/python_syntax/python_syntax.hpp"

namespace python = touchstone::python;

namespace {

const std::string head =
    "import triton\nimport triton.language as tl\n\n@triton.jit\ndef k(x_ptr, n, B: tl.constexpr):\n";

/// "kind: edit" of every mutant of a kernel with this body.
std::set<std::string> faults(const std::string& body) {
  std::set<std::string> out;
  for (const auto& it : python::mutants(head + body, 1'000)) out.insert(it.kind + ": " + it.edit);
  return out;
}

using Faults = std::set<std::string>;

}  // namespace

TEST_CASE("comparisons") {
  CHECK(faults("    a = b < c\n    d = e == f\n") ==
        Faults{"comparison: b < c → b <= c", "comparison: e == f → e != f"});
}

TEST_CASE("masks: dropped where stores need them, or where all that a load gives is summed") {
  CHECK(faults("    tl.store(x_ptr, v, mask=m)\n") == Faults{"mask: tl.store(x_ptr, v, mask=m) → tl.store(x_ptr, v)"});
  CHECK(faults("    v = tl.load(x_ptr, mask=m)\n").empty());
  CHECK(faults("    v = tl.load(x_ptr, mask=m, other=0.0)\n").empty());
  const std::string dropped = "mask: tl.load(x_ptr, mask=m, other=0.0) → tl.load(x_ptr)";
  const std::string filled = "constant: tl.load(x_ptr, mask=m, other=0.0) → tl.load(x_ptr, mask=m, other=1.0)";
  for (const char* summed : {"    v = tl.load(x_ptr, mask=m, other=0.0)\n    t = tl.sum(v * v)\n",
                             "    for m in y:\n        v += tl.load(x_ptr, mask=m, other=0.0)\n",
                             "    v = tl.sum(f(tl.load(x_ptr, mask=m, other=0.0)), axis=0)\n"}) {
    CHECK(faults(summed).contains(dropped));
    CHECK(faults(summed).contains(filled));
  }
  CHECK_FALSE(faults("    v = tl.load(x_ptr, mask=m, other=0.0)\n    t = tl.sum(v * w)\n").contains(filled));
  CHECK_FALSE(faults("    v += tl.load(x_ptr, mask=m, other=0.0)\n").contains(filled));
  CHECK_FALSE(faults("    for i in y:\n        v += tl.load(x_ptr, mask=m, other=0.0)\n").contains(filled));
  CHECK(
      faults("    v = tl.sum(tl.load(x_ptr, mask=m, cache_modifier='', other=0.0))\n")
          .contains("mask: tl.load(x_ptr, mask=m, cache_modifier='', other=0.0) → tl.load(x_ptr, cache_modifier='')"));
  CHECK(faults("    m = p & q & r\n") == Faults{"mask: p & q & r → p & q", "mask: p & q → p", "mask: p & q → q"});
  CHECK(faults("    bits = p & 7\n") == Faults{"constant: p & 7 → p & 8"});
}

TEST_CASE("masks: in a loop, what does not change with it is left alone in loads") {
  const auto found = faults(
      "    for s in tl.range(a, b):\n        i = s + j\n"
      "        v = tl.load(x_ptr + i, mask=(r < rows) & (i < n), other=n)\n");
  CHECK(found.contains("comparison: i < n → i <= n"));
  CHECK_FALSE(found.contains("comparison: r < rows → r <= rows"));
  CHECK(found.contains("mask: (r < rows) & (i < n) → (r < rows)"));
  CHECK_FALSE(found.contains("mask: (r < rows) & (i < n) → (i < n)"));
}

TEST_CASE("ranges lose their first or their last iteration") {
  CHECK(faults("    for i in range(n): pass\n") ==
        Faults{"range: range(n) → range(1, n)", "range: range(n) → range(n - 1)"});
  CHECK(faults("    for i in range(0, n, B): pass\n") ==
        Faults{"range: range(0, n, B) → range(B, n, B)", "range: range(0, n, B) → range(0, n - B, B)"});
  CHECK(faults("    for i in tl.static_range(a, n, num=2): pass\n") ==
        Faults{"range: tl.static_range(a, n, num=2) → tl.static_range(a + 1, n, num=2)",
               "range: tl.static_range(a, n, num=2) → tl.static_range(a, n - 1, num=2)"});
  CHECK(faults("    for i in range(p, n, tl.num_programs(0) * B): pass\n")
            .contains("range: range(p, n, tl.num_programs(0) * B) → "
                      "range(p, n - (tl.num_programs(0) * B), tl.num_programs(0) * B)"));
}

TEST_CASE("arithmetic, but not of addresses") {
  CHECK(faults("    a = b + c\n    a *= d\n") == Faults{"arithmetic: b + c → b - c", "arithmetic: a *= d → a += d"});
  CHECK(faults("    p_ptrs = b + c\n    v = tl.load(x_ptr + b * c)\n    x_ptr += n\n    q = x_ptr + n\n").empty());
}

TEST_CASE("reductions") {
  CHECK(faults("    a = tl.sum(b, axis=0)\n    c = tl.maximum(a, b)\n") ==
        Faults{"reduction: tl.sum(b, axis=0) → tl.max(b, axis=0)", "reduction: tl.maximum(a, b) → tl.minimum(a, b)"});
}

TEST_CASE("constants, but no sizes, axes, exponents or hints") {
  CHECK(faults("    a = b - 1.5\n    c = tl.program_id(0)\n    d = -1\n") ==
        Faults{"arithmetic: b - 1.5 → b + 1.5", "constant: b - 1.5 → b - 1.875",
               "constant: tl.program_id(0) → tl.program_id(1)", "constant: d = -1 → d = -2"});
  CHECK(faults("    v = tl.load(x_ptr, other=float(\"-inf\"))\n") ==
        Faults{"constant: tl.load(x_ptr, other=float(\"-inf\")) → tl.load(x_ptr, other=0.0)"});
  CHECK(faults("    a = tl.zeros((16, 4), dtype=tl.int32)\n    b = a[0, :]\n    c = tl.trans(a, 1, 0)\n"
               "    d = tl.multiple_of(a, 16)\n    e = 2 ** n\n    tl.static_assert(B > 1)\n")
            .empty());
  CHECK(faults("    a = tl.full((16,), 3, tl.int32)\n") ==
        Faults{"constant: tl.full((16,), 3, tl.int32) → tl.full((16,), 4, tl.int32)"});
}

TEST_CASE("dtypes: what is rounded to float16 is float32 again, so that it compiles") {
  CHECK(faults("    a = x.to(tl.float32)\n") == Faults{"dtype: x.to(tl.float32) → x.to(tl.float16).to(tl.float32)"});
  CHECK(faults("    a = tl.load(x_ptr).to(tl.float32)\n").size() == 1);
  CHECK(faults("    a = tl.cdiv(b, c).to(tl.float32)\n").empty());
  const auto found = faults(
      "    t = tl.zeros((B,), dtype=tl.float32)\n    for s in range(n):\n        t += v\n        t = w\n        u = "
      "w\n");
  CHECK(found.contains("dtype: t += v → t = (t + (v)).to(tl.float16).to(tl.float32)"));
  CHECK(found.contains("dtype: t = w → t = (w).to(tl.float16).to(tl.float32)"));
  CHECK(found.size() == 5);  // and the range twice, and the sign of +=
  CHECK(faults("    tl.dot(a, b, input_precision=\"ieee\")\n") ==
        Faults{"dtype: input_precision=\"ieee\" → input_precision=\"tf32\""});
}

TEST_CASE("numbers") {
  const std::map<std::string, std::string> others{{"0", "1"},
                                                  {"41", "42"},
                                                  {"0x7FFF", "0x7ffe"},
                                                  {"0.0", "1.0"},
                                                  {"2.0", "2.5"},
                                                  {"1e300", "1.25e+300"},
                                                  {"0x0", "0x1"},
                                                  {"3j", ""},
                                                  {"1_000", ""},
                                                  {"1.7e308", ""},
                                                  {"9999999999999999999", ""}};
  for (const auto& [from, to] : others) {
    const auto found = faults("    a = " + from + "\n");
    CHECK(found == (to.empty() ? Faults{} : Faults{"constant: a = " + from + " → a = " + to}));
  }
}

TEST_CASE("only bodies of kernels change, by one splice each") {
  const std::string text =
      "import triton\nfrom triton import jit\nN = 1 + 2\n\n@triton.autotune(configs=[3], key=[])\n@jit\n"
      "def k(a, b=4 < 5):  # 6 + 7\n    \"\"\"8 + 9\"\"\"\n    c = 'ä' + \"1 + 1\"\n    d = a +   (b\n      )\n\n"
      "def host(x):\n    return x + 1\n";
  const auto all = python::mutants(text, 99);
  REQUIRE(all.size() == 1);  // what holds more than ASCII cannot be shown to everybody
  CHECK(all[0].line == 10);
  CHECK(all[0].edit == "a + (b) → a - (b)");
  std::string wanted = text;
  wanted[wanted.find("a +   (b") + 2] = '-';
  CHECK(all[0].code == wanted);
}

TEST_CASE("kinds take turns, then kernels and lines; fewer are the first of more") {
  const std::string body =
      "    a = b < c\n    d = e < f\n    g = a + b\n    t = tl.sum(g)\n    tl.store(x_ptr, g, mask=a)\n";
  const std::string text = head + body + "\n@triton.jit\ndef other(x_ptr):\n" + body;
  const auto all = python::mutants(text, 100);
  std::set<std::string> codes, kinds;
  for (std::size_t i = 0; i < all.size(); ++i) {
    codes.insert(all[i].code);
    if (i < 4) kinds.insert(all[i].kind);
  }
  CHECK(all.size() == 10);
  CHECK(codes.size() == all.size());
  CHECK(kinds == std::set<std::string>{"comparison", "mask", "arithmetic", "reduction"});
  std::set<int> lines;
  for (int i = 0; i < 5; ++i) lines.insert(all[static_cast<std::size_t>(i)].line);
  CHECK(lines.size() == 5);
  CHECK(all[4].edit != all[0].edit);
  const auto few = python::mutants(text, 3);
  REQUIRE(few.size() == 3);
  for (std::size_t i = 0; i < few.size(); ++i) CHECK(few[i].code == all[i].code);
  CHECK(python::mutants(text, 0).empty());
}

TEST_CASE("hostile text costs little and does no harm") {
  for (const char* unit : {"(", "a<b", "a+", "a&", "for i in range(1):\n ", "f(1, ", "x = 0\n    ", "-", "[0, ", "0<",
                           "tl.load(x, mask=a&", "\xff", "t += 1.0\n    ", "f(m=", "x,", "a.sum(", "if 1 < 2:\n "})
    for (const std::size_t times : {std::size_t{2'000}, std::size_t{30'000}, std::size_t{1'000'000}}) {
      std::string body = "    x = ";
      for (std::size_t i = 0; i < times; ++i) body += unit;
      for (const char* end : {"", "0\n"}) CHECK(python::mutants(head + body + end, 1'000'000).size() <= 1'000);
    }
  CHECK(python::mutants(head + "    a = (0\n", 9).empty());
  CHECK(python::mutants(head + std::string("    a = 1\n\0", 11), 9).empty());
  CHECK(python::mutants("", 9).empty());
}

TEST_CASE("equal edits at several places are told apart, in the order of the text") {
  const std::string text =
      "import triton\nimport triton.language as tl\n\n\n@triton.jit\ndef kernel(x, n):\n"
      "    tl.store(x + 8, 2.0, mask=tl.arange(0, 8) < n)\n    tl.store(x, 1.0, mask=tl.arange(0, 8) < n)\n";
  std::vector<std::pair<int, std::string>> found;
  for (const auto& mutant : python::mutants(text, 100))
    if (mutant.edit.starts_with("tl.arange(0, 8) < n → tl.arange(0, 8) <= n"))
      found.emplace_back(mutant.line, mutant.edit);
  std::sort(found.begin(), found.end());
  REQUIRE(found.size() == 2);
  CHECK((found[0].first == 7 && found[0].second.ends_with("<= n (1 of 2)")));
  CHECK((found[1].first == 8 && found[1].second.ends_with("<= n (2 of 2)")));
}
