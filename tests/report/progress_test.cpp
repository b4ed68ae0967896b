#include "report/progress.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace touchstone;

TEST_CASE("a log gets a line every tenth of the work or half minute, with the time left") {
  std::ostringstream out;
  double now = 100;
  Progress progress(out, false, 20, 10, [&] { return now; });
  now = 105;
  progress.add("passed");
  CHECK(out.str().empty());
  progress.add("crash");
  CHECK(out.str() == "12/20 · 1 crash · 1 passed · 20 s left\n");
  now = 200;
  progress.add("passed");
  CHECK(out.str().find("13/20") != std::string::npos);
  progress.finish();
  CHECK(out.str().find('\x1b') == std::string::npos);
}

TEST_CASE("a terminal's line is redrawn in place and cleared at the end") {
  std::ostringstream out;
  double now = 0;
  Progress progress(out, true, 2, 0, [&] { return now; });
  now = 1;
  progress.add("passed");
  now = 2;
  progress.add("passed");
  progress.finish();
  CHECK(out.str() == "\r\x1b[K1/2 · 1 passed · 1 s left\r\x1b[K2/2 · 2 passed\r\x1b[K");
}
