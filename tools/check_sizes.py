#!/usr/bin/env python3
"""Checks that files and functions stay small, and prints the median.

  tools/check_sizes.py [TOP]

File at most 300 lines, header of the SDK 200, function 40 (its signature included; what is nested counts to the
outermost), line 120 columns. C++ functions are found by their braces, Python's by the syntax tree. Exit code 1 if
any is larger.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from source_text import blank, source_files, without_literals

FILE_LINES, SDK_LINES, FUNCTION_LINES, COLUMNS = 300, 200, 40, 120
CPP = {".cpp", ".hpp", ".h", ".c", ".cu"}
CONTAINER = re.compile(
    r"^(template\s*<.*>\s*)?(inline\s+|static\s+|typedef\s+)*(namespace|class|struct|union|enum|extern)\b", re.DOTALL
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
TAIL = r"\)\s*((const|noexcept|override|final|mutable|&&?|try)\s*)*(->[^;{}=]*)?(requires\b.*)?"
LABEL = re.compile(r"\b(public|private|protected)\s*:(?!:)")
BODY = re.compile(TAIL + r"$", re.DOTALL)
INITIALISED = re.compile(TAIL + r":(?!:).*$", re.DOTALL)


def closing(text: str, opening: int) -> int:
    """Where the brace that opens at `opening` is closed; the text's end where it never is."""
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return at
    return len(text) - 1


def body_opening(text: str, opening: int) -> int:
    """The brace that opens a constructor's body, given the first one after its list of initialisers began."""
    while text[opening - 1].isalnum() or text[opening - 1] in "_>":
        end = closing(text, opening)
        following = re.match(r"\s*(,[^{}]*)?\{", text[end + 1 :])
        if not following:
            break
        opening = end + following.end()
    return opening


def cpp_functions(text: str) -> Iterator[tuple[int, int, str]]:
    """First line, length and head of each outermost function (a lambda outside of functions is one, too)."""
    text = DIRECTIVE.sub(lambda match: blank(match[0]), without_literals(text))
    text = LABEL.sub(lambda match: blank(match[0]), text)
    at = start = 0
    while at < len(text):
        if text[at] in ";}":
            start = at + 1
        elif text[at] == "{":
            head = text[start:at].strip()
            if not CONTAINER.match(head) and (BODY.search(head) or INITIALISED.search(head)):
                opening = at if BODY.search(head) else body_opening(text, at)
                end = closing(text, opening)
                first = start + len(text[start:at]) - len(text[start:at].lstrip())
                yield text.count("\n", 0, first) + 1, text.count("\n", first, end) + 1, " ".join(head.split())[:60]
                at = end
            start = at + 1
        at += 1


def python_functions(text: str) -> Iterator[tuple[int, int, str]]:
    def walk(node: ast.AST) -> Iterator[tuple[int, int, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield child.lineno, child.end_lineno - child.lineno + 1, child.name
            else:
                yield from walk(child)

    yield from walk(ast.parse(text))


def check_file(path: str, text: str) -> Iterator[str]:
    lines = text.splitlines()
    limit = SDK_LINES if path.startswith("core/sdk/") and path.endswith(".hpp") else FILE_LINES
    if len(lines) > limit:
        yield f"{path}: {len(lines)} lines, at most {limit}: split it by what it does"
    suffix = Path(path).suffix
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS:
            yield f"{path}:{number}: {len(line)} columns, at most {COLUMNS}"
    functions = cpp_functions(text) if suffix in CPP else python_functions(text) if suffix == ".py" else ()
    try:
        for number, length, name in functions:
            if length > FUNCTION_LINES:
                yield f"{path}:{number}: {length} lines in one function, at most {FUNCTION_LINES}: {name}"
    except SyntaxError as error:
        yield f"{path}:{error.lineno}: cannot be read as Python: {error.msg}"


def main() -> int:
    top = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    found, sizes = [], []
    for file in source_files(top, CPP | {".py", ".sh", ".cmake", "CMakeLists.txt"}):
        text = file.read_text(encoding="utf-8", errors="replace")
        sizes.append(len(text.splitlines()))
        found += check_file(file.relative_to(top).as_posix(), text)
    print("\n".join(found) if found else "sizes: none too large")
    if sizes:
        print(f"{len(sizes)} files, median {statistics.median(sizes):g} lines, largest {max(sizes)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
