#include "host/isolated.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

using namespace touchstone;

TEST_CASE("a child's text comes back whole, however long") {
  const std::string text(300000, 'x');
  const auto back = in_child([&] { return text; }, 20);
  REQUIRE(back.ok());
  CHECK(*back == text);
  CHECK(in_child([] { return std::string(); }, 20)->empty());
}

TEST_CASE("a child that prints does not disturb our output") {
  CHECK(*in_child(
            [] {
              std::puts("noise on standard output");
              std::fflush(stdout);
              return std::string("answer");
            },
            20) == "answer");
}

TEST_CASE("a child that ends, crashes or hangs is an error") {
  const auto quiet = [](int status) { return [status]() -> std::string { _exit(status); }; };
  CHECK(in_child(quiet(7), 20).error().what == "ended the process with exit code 7");
  CHECK(in_child(quiet(0), 20).error().what == "ended the process with exit code 0");
  CHECK(in_child(
            []() -> std::string {
              std::raise(SIGKILL);
              return "";
            },
            20)
            .error()
            .what == "crashed with signal 9 (Killed)");
  CHECK(in_child(
            []() -> std::string {
              while (true) pause();
            },
            0.05)
            .error()
            .what == "did not answer within 0.05 s");
}

TEST_CASE("of many, those that end their child are told from the others, in order") {
  const auto all = each_in_child(
      50,
      [](std::size_t i) {
        if (i == 7) _exit(3);
        if (i == 8 || i == 49) std::raise(SIGKILL);
        return std::to_string(i);
      },
      20);
  REQUIRE(all.size() == 50);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(i);
    if (i == 7)
      CHECK(all[i].error().what == "ended the process with exit code 3");
    else if (i == 8 || i == 49)
      CHECK(all[i].error().what == "crashed with signal 9 (Killed)");
    else
      CHECK(*all[i] == std::to_string(i));
  }
  CHECK(each_in_child(
            0, [](std::size_t) { return std::string(); }, 20)
            .empty());
}

TEST_CASE("what one left behind in a child is not blamed on the next") {
  bool spoiled = false;  // of one child
  const auto all = each_in_child(
      8,
      [&spoiled](std::size_t i) {
        if (spoiled) _exit(9);
        spoiled = true;
        return std::to_string(i);
      },
      20);
  for (std::size_t i = 0; i < all.size(); ++i) CHECK(*all[i] == std::to_string(i));
}

TEST_CASE("one that hangs costs its own time only") {
  const auto all = each_in_child(
      3,
      [](std::size_t i) {
        while (i == 1) pause();
        return std::to_string(i);
      },
      0.2);
  CHECK(*all[0] == "0");
  CHECK(all[1].error().what == "did not answer within 0.2 s");
  CHECK(*all[2] == "2");
}
