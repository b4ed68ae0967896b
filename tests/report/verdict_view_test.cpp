#include "report/verdict_view.hpp"

#include <doctest/doctest.h>

using namespace touchstone;

namespace {

std::string next(const char* outcome, const char* reason) { return next_step({"strict", outcome, "call", reason, {}}); }

}  // namespace

TEST_CASE("who ends the process is told to return") {
  for (const auto& [outcome, reason] :
       {std::pair{"crash", "add (small): ended during 'call' without an answer: exit 3"},
        {"call_error", "add (small): SystemExit: 0 (line 3: sys.exit())"},
        {"load_error", "SystemExit: 0 (line 1: exit())"}})
    CHECK(next(outcome, reason).starts_with("remove exit(), sys.exit() and os._exit()"));
  CHECK(next("crash", "ended during 'call' without an answer: signal 11 (Segmentation fault)") ==
        "look for out-of-bounds addresses");
  CHECK(next("call_error", "ValueError: no (line 3: x)") == "mend the line named above and run again");
  CHECK(next("call_error", "TypeError: no") == "mend what the error above says and run again");
}

TEST_CASE("a screen shows the secret, what was noted, and what was printed up to a whole word") {
  Task task;
  task.question.id = "add";
  Attempt attempt;
  attempt.verdicts.push_back({"strict", "passed", "compare", "its only call is within the bound", {}});
  attempt.execution.log = std::string(150, 'a') + " bbb" + std::string(60, 'c');
  attempt.execution.notes.add("k loads outside every tensor (line 3)");
  const std::string screen = render_attempt(task, attempt, {"cpu", "5e5e"}, false);
  CHECK(screen.find("secret    5e5e (--secret ") != std::string::npos);
  CHECK(screen.find("noted     k loads outside every tensor (line 3)\n") != std::string::npos);
  CHECK(screen.find("next      it is right as far as was seen: look at what is noted above\n") != std::string::npos);
  CHECK(screen.find("printed   " + std::string(150, 'a') + "…\n") != std::string::npos);
  CHECK(attempt_json(task, attempt, {"cpu", "5e5e"})["secret"].text() == "5e5e");
}
