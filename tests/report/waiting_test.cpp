#include "report/waiting.hpp"

#include <doctest/doctest.h>

#include <sstream>

using namespace touchstone;

TEST_CASE("a log gets one line") {
  std::ostringstream out;
  {
    const Waiting waiting(out, false, "Judging softmax on cpu", [] { return 0.0; });
  }
  CHECK(out.str() == "Judging softmax on cpu …\n");
}

TEST_CASE("a terminal's line says the seconds and is cleared at the end") {
  std::ostringstream out;
  double now = 0;
  std::mutex lock;
  std::condition_variable drawn;
  int asked = 0;
  {
    const Waiting waiting(out, true, "Judging", [&] {
      const std::lock_guard held(lock);
      drawn.notify_one();
      return asked++ ? now : 0.0;
    });
    std::unique_lock held(lock);
    now = 7;
    drawn.wait(held, [&] { return asked >= 2; });  // the second time is that of the first line
  }
  CHECK(out.str().starts_with("\r\x1b[KJudging … "));
  CHECK(out.str().find(" s") != std::string::npos);
  CHECK(out.str().ends_with("\r\x1b[K"));
}
