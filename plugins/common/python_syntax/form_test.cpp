#include "common/python_syntax/form.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace python = touchstone::python;

namespace {

using Numbers = std::vector<std::uint64_t>;

Numbers flows(const std::string& text) { return python::form(text).flows; }
Numbers subtrees(const std::string& text) { return python::form(text).subtrees; }

bool contains(const Numbers& all, std::uint64_t one) { return std::find(all.begin(), all.end(), one) != all.end(); }

std::string repeat(const std::string& text, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += text;
  return out;
}

}  // namespace

TEST_CASE("subtrees are nodes with children, equal whatever names and numbers say") {
  CHECK(subtrees("x = y\n").size() == 3);  // module, statement, assignment
  CHECK(subtrees("").size() == 1);
  CHECK(subtrees("x = y\n") == subtrees("left = right"));
  CHECK(subtrees("x = y\n") != subtrees("x = 1\n"));
  CHECK(subtrees("f(a, b)\n") == subtrees("f(a,\n  b, )\n"));  // signs have no name
  const Numbers whole = subtrees("def f(x):\n    y = g(x)\n"), part = subtrees("y = g(x)\n");
  CHECK(std::count_if(part.begin(), part.end(), [&](auto it) { return contains(whole, it); }) == 4);  // not the module
}

TEST_CASE("a field, a missing thing and an unexpected one make a difference") {
  CHECK(subtrees("a[b]\n") != subtrees("a.b\n"));
  CHECK(subtrees("def f(x): y\n") != subtrees("def f(x) -> y: y\n"));
  CHECK(subtrees("f(x)\n") != subtrees("f(x\n"));
  CHECK(subtrees("x = $1\n") != subtrees("x = ?1\n"));
  CHECK(subtrees("x = $1\n") == subtrees("y = $2\n"));
}

TEST_CASE("a flow is a variable that comes from others or that others come from") {
  CHECK(flows("pass\nimport x\n").empty());
  CHECK(flows("f(x)\n").empty());         // comes from nowhere
  CHECK(flows("x = 1\n").size() == 2);    // x, and the 1 that it is computed from
  CHECK(flows("f(x)\nx\n").size() == 2);  // the second x comes from the first
  CHECK(flows("x = y\nz = x\n").size() == 4);
  CHECK(flows("x = y\nz = x\n") == flows("some = other\nmore = some\n"));
  CHECK(flows("x = y\nz = x\n") != flows("x = y\nz = y\n"));
  CHECK(flows("x = y\n") != flows("def f(x=y): pass\n"));  // computed from, or come from
  CHECK(flows("a, b = c, d\n") != flows("a, b = f()\n"));  // each from its own, or both from all
}

TEST_CASE("a variable may come from every branch, and from a loop's last turn") {
  const auto last = [](const std::string& text) { return flows(text).back(); };
  CHECK(last("if c:\n  x = 1\nelse:\n  x = 2\nx\n") == last("x = 1\nx\n"));  // names count, places do not
  CHECK(flows("if c:\n  x = 1\nx\n").size() == 3);
  CHECK(flows("while c:\n  f(x)\n  x = y\n").size() == 5);  // each name comes from its own first turn
  CHECK(flows("for a in b:\n  c = a\nelse:\n  d = 1\n").size() == flows("for a in b:\n  pass\n").size());
}

TEST_CASE("what breaks the rules down leaves no data flow") {
  CHECK(flows("y = 1\nx.y = z\n").size() > 0);
  CHECK(flows("y = 1\nx.y = 'z'\n").empty());
  CHECK(flows("x = 1\n" + repeat("-", 2'000) + "x\n").empty());  // deeper than Python would go
}

TEST_CASE("tokens slip behind what is not ASCII, as columns in bytes cut characters") {
  CHECK(flows("x = 'e'; y = x\n") != flows("x = '\xC3\xA9'; y = x\n"));
  CHECK(flows("x = '\xC3\xA9'\ny = x\n") == flows("x = 'e'\ny = x\n"));  // a line further on they do not
}

TEST_CASE("hostile text has a form in bounded time, or none") {
  for (const char* unit : {"(", "[x for ", "def f(:\n", "-", "f'{", "a.", "#\n", "x=", "\\\n", "\xff\xfe", "@",
                           "{a:", "a<b>(c)", "hello ", "lambda:", "if x:\n ", "x=y\n", "a,b=b,a;", "if a:b=a\n"})
    for (const std::size_t bytes : {std::size_t{50'000}, std::size_t{10'000'000}}) {
      const auto form = python::form(repeat(unit, bytes));
      CHECK((form.read || form.subtrees.empty()));
      if (bytes > 1'000'000) CHECK_FALSE(form.read);
    }
  std::string loops;
  for (int depth = 0; depth < 60; ++depth) loops += std::string(depth, ' ') + "for a in a:\n";
  CHECK(flows(loops + std::string(60, ' ') + "a = a\n").empty());  // 2^60 readings of the innermost line: given up
  CHECK(python::form(repeat("(", 10'000) + "x" + repeat(")", 10'000)).read);
  CHECK(python::form(std::string("x = 1\n\0y = x\n", 13)).read);
  CHECK(python::form(std::string(20'000, '\0')).read);
}
