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
