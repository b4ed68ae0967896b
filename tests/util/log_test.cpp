#include "util/log.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "support/fake_clock.hpp"

using namespace touchstone;

TEST_CASE("a log shows its level and above, and no control codes") {
  std::ostringstream out;
  const Log log(Level::info, out);
  log.write(Level::debug, "hidden");
  log.write(Level::info, "a {} brace");
  log.write(Level::error, "red \x1b[31m text");
  CHECK(out.str() == "info a {} brace\nerror red ?[31m text\n");
  CHECK(log.shows(Level::warning));
  CHECK_FALSE(log.shows(Level::debug));
}

TEST_CASE("the clock goes forward and writes ISO time") {
  const SystemClock clock;
  const double before = clock.seconds();
  CHECK(clock.seconds() >= before);
  const std::string text = clock.utc();
  CHECK(text.size() == 20);
  CHECK(text[10] == 'T');
  CHECK(text.back() == 'Z');
}
