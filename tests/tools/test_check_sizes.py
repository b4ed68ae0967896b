"""tools/check_sizes.py measures files and functions, and fails on what is too large."""

from __future__ import annotations

from pathlib import Path

import check_sizes
import pytest


def lines(count: int) -> str:
    return "  call(1);\n" * count


def cpp(text: str) -> list[tuple[int, int]]:
    return [(line, length) for line, length, _ in check_sizes.cpp_functions(text)]


def said(path: str, text: str) -> str:
    return "\n".join(check_sizes.check_file(path, text))


@pytest.mark.parametrize(
    ("path", "count", "fails"),
    [("core/a.cpp", 300, False), ("core/a.cpp", 301, True), ("tools/a.sh", 301, True),
     ("core/sdk/touchstone/a.hpp", 200, False), ("core/sdk/touchstone/a.hpp", 201, True),
     ("core/util/a.hpp", 201, False)],
)
def test_files(path: str, count: int, fails: bool) -> None:
    assert bool(said(path, "\n" * count)) == fails


def test_columns() -> None:
    assert said("core/a.cpp", "x" * 120 + "\n") == ""
    assert "core/a.cpp:1: 121 columns" in said("core/a.cpp", "x" * 121 + "\n")


@pytest.mark.parametrize(("inside", "fails"), [(38, False), (39, True)])
def test_cpp_functions_count_from_signature_to_closing_brace(inside: int, fails: bool) -> None:
    assert bool(said("core/a.cpp", f"int f(int a) {{\n{lines(inside)}}}\n")) == fails


@pytest.mark.parametrize(("inside", "fails"), [(39, False), (40, True)])
def test_python_functions(inside: int, fails: bool) -> None:
    assert bool(said("core/a.py", "def f():\n" + "    call(1)\n" * inside)) == fails
    assert bool(said("core/a.py", "class A:\n    async def f(self):\n" + "        call(1)\n" * inside)) == fails


def test_python_that_cannot_be_read_is_told() -> None:
    assert "core/a.py:2: cannot be read as Python" in said("core/a.py", "a = 1\nif:\n")


@pytest.mark.parametrize(
    "head",
    ["int f(int a)", "auto f() -> Result<std::vector<int>>", "void A::f() const noexcept",
     "A::A(int a) : a_(a), b_(a)", "A::A(int a) : a_{a}, b_{a}",
     "template <class T>\nvoid f(T t)", 'TEST_CASE("a {brace}")', "const auto f = [](int a)",
     "PLUGIN(Metric, lines, [](const Config& c)", "static std::array<int, 3> f()", "bool operator==(const A& a) const"],
)
@pytest.mark.parametrize("around", ["{}", "namespace a {{\nclass B : public C {{\n public:\n{}\n}};\n}}\n"])
def test_cpp_functions_are_found(head: str, around: str) -> None:
    found = cpp(around.format(f"{head} {{\n{lines(5)}}}"))
    assert [length for _, length in found] == [7 + head.count("\n")]


@pytest.mark.parametrize(
    "text",
    ["struct A {\n  int a;\n  int b;\n};\n", "enum class E {\n  a,\n};\n", "const int a[] = {\n  1,\n};\n",
     "namespace {\n}\n", "#define F(x) { \\\n  x; \\\n}\n",
     'const char* a = R"(void f() {)";\n', "// void f() {\n", "int a{1};\n"],
)
def test_what_is_no_function(text: str) -> None:
    assert cpp(text) == []


def test_braces_in_literals_and_digit_separators_do_not_confuse() -> None:
    text = "void f() {\n  g('{', \"}}\", 1'000, R\"x(}\n)\" }\n)x\");\n}\nvoid h() {\n}\n"
    assert cpp(text) == [(1, 5), (6, 2)]


def test_nested_code_counts_to_the_outermost() -> None:
    assert cpp("void f() {\n  auto g = [](int a) {\n    if (a) {\n    }\n  };\n}\n") == [(1, 6)]


def test_the_program_prints_the_median_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, count in (("a.cpp", 1), ("b.hpp", 3), ("c.py", 100)):
        (tmp_path / name).write_text("\n" * count)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "made.cpp").write_text("\n" * 1000)
    monkeypatch.setattr("sys.argv", ["check_sizes.py", str(tmp_path)])
    assert check_sizes.main() == 0
    assert "3 files, median 3 lines, largest 100" in capsys.readouterr().out
    (tmp_path / "d.cpp").write_text("\n" * 301)
    assert check_sizes.main() == 1
    assert "d.cpp: 301 lines, at most 300" in capsys.readouterr().out
