#!/usr/bin/env python3
"""Checks the house's walls: who may include whom, and where each third-party library lives.

  tools/check_layers.py [TOP]

Dependencies point one way (LAYERS), each third-party library has one home (HOMES), plugins see the SDK and
plugins/common only, the core's C++ names no language, suite or vendor, and the core's Python neither a vendor nor what
is a runtime's.
A breach is printed as file:line: what, and what instead; the exit code is 1.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from source_text import source_files, without_comments

# Each layer with all that it may include, itself left out.
LAYERS: dict[str, set[str]] = {"sdk": set()}
LAYERS["util"] = {"sdk"}
for _layer in ("config", "exec", "store", "report"):
    LAYERS[_layer] = {"sdk", "util"}
LAYERS["host"] = {"sdk", "util", "config"}
LAYERS["pipeline"] = {"sdk", "util", "config", "host", "exec", "store", "report"}
LAYERS["app"] = LAYERS["pipeline"] | {"pipeline"}

# Start of a header's name: where it may be included. The longest start decides.
HOMES = {
    "yaml-cpp/": ["core/config/"],
    "boost/dll": ["core/host/library.cpp"],
    "boost/program_options": ["core/app/"],
    "boost/math/": ["core/report/"],
    "tbb/": ["core/pipeline/schedule.cpp"],
    "oneapi/": ["core/pipeline/schedule.cpp"],
    "nlohmann/": ["core/util/json.cpp"],
    "spdlog/": ["core/util/log.cpp"],
    "openssl/": ["core/util/hash.cpp"],
    "fmt/": [f"core/{layer}/" for layer in LAYERS if layer != "sdk"],
    "tree_sitter/": ["plugins/common/python_syntax/"],
    "doctest/": ["tests/"],
}
SYSTEM_FOLDERS = ("sys/", "linux/", "asm/", "net/", "netinet/", "arpa/")
SYSTEM_HEADERS = set(
    "cxxabi.h dirent.h dlfcn.h elf.h errno.h fcntl.h fnmatch.h glob.h grp.h limits.h link.h malloc.h math.h "
    "poll.h pthread.h pwd.h sched.h signal.h spawn.h stddef.h stdint.h stdio.h stdlib.h string.h syscall.h "
    "termios.h time.h unistd.h"
    "".split()
)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
FOREIGN = re.compile(r"\b(torch|triton|tritonbench|cuda|cupti|nvml|nvidia|rocm|hip)\b", re.IGNORECASE)
VENDORS = re.compile(r"(?<![a-z])(cuda|cupti|nvml|nvidia|rocm|hip)(?![a-z])", re.IGNORECASE)
PYTHON_HOMES = ("core/workers/", "plugins/runtimes/", "operators/", "tests/", "tools/", "configs/",
                "plugins/suites/tritonbench/references/")  # data: the checker executes them, as it does operators/
RUNTIME_MODULES = {"triton"}


def includes(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, opening mark and name of each include that is not commented out."""
    text = without_comments(text)
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(1)) + 1, match[1], match[2]


def is_test(path: str) -> bool:
    return path.startswith("tests/") or path.endswith("_test.cpp")


def foreign_home(path: str, header: str) -> str | None:
    """What is wrong with this file's use of a header that is not the project's, or None."""
    starts = [start for start in HOMES if header.startswith(start)]
    if starts:
        homes = HOMES[max(starts, key=len)]
        if any(path.startswith(home) for home in homes) or (header.startswith("doctest/") and is_test(path)):
            return None
        return f"<{header}> lives in {', '.join(homes)} only: call what is there"
    plain = "/" not in header and ("." not in header or header in SYSTEM_HEADERS)
    if plain or header.startswith(SYSTEM_FOLDERS):
        return None
    return f"<{header}> has no home: name one in HOMES of tools/check_layers.py, or do without"


def core_include(path: str, header: str) -> str | None:
    layer = path.split("/")[1]
    target = "sdk" if header.startswith("touchstone/") else header.split("/")[0]
    if target not in LAYERS:
        return f'"{header}" is not written from core/, or names no layer'
    if target != layer and target not in LAYERS.get(layer, set()):
        return f"{layer} may not include {target} ({header}): dependencies point from app to sdk"
    return None


def plugin_include(top: Path, path: str, header: str) -> str | None:
    if header.startswith("touchstone/") or (header.startswith("support/") and is_test(path)):
        return None
    own = Path(*Path(path).parts[:3])
    shared = top / "plugins" / "common"
    roots = [(top / path).parent, top / own, top / "plugins", shared, *(p for p in shared.glob("*") if p.is_dir())]
    for root in roots:
        file = (root / header).resolve()
        if file.is_file() and (file.is_relative_to((top / own).resolve()) or file.is_relative_to(shared.resolve())):
            return None
    return f'"{header}" is neither the SDK\'s, nor this plugin\'s, nor of plugins/common: a plugin sees nothing else'


def check_cpp(top: Path, path: str, text: str) -> Iterator[tuple[int, str]]:
    for line, mark, header in includes(text):
        if mark == '"' and path.startswith("core/"):
            wrong = core_include(path, header)
        elif mark == '"' and path.startswith("plugins/"):
            wrong = plugin_include(top, path, header)
        elif mark == "<":
            wrong = foreign_home(path, header)
        else:
            wrong = None
        if wrong:
            yield line, wrong
    if path.startswith("core/"):
        for number, code in enumerate(without_comments(text).splitlines(), 1):
            if found := FOREIGN.search(code):
                yield number, f"the core knows no language, suite or vendor: {found[0]!r} is a plugin's matter"


def check_python(path: str, text: str) -> Iterator[tuple[int, str]]:
    if not path.startswith(PYTHON_HOMES):
        yield 1, f"Python lives in {', '.join(PYTHON_HOMES)} only; what runs candidates belongs to its runtime"
    if not path.startswith("core/workers/"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if found := VENDORS.search(line):
            yield number, f"core/workers serves every device: what knows {found[0]!r} goes to the runtime (hardware.py)"
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield error.lineno or 1, f"cannot be read as Python: {error.msg}"
        return
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            if name.split(".")[0] in RUNTIME_MODULES:
                yield node.lineno, f"core/workers serves every runtime: what imports {name} goes to plugins/runtimes/"


def check_cmake(path: str, text: str) -> Iterator[tuple[int, str]]:
    if path.startswith(("tools/cmake/", "tests/install/")):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*find_(package|library)\s*\(", line):
            yield number, "every find_package of the project stands in tools/cmake/packages.cmake"


def breaches(top: Path) -> list[str]:
    found = []
    for file in source_files(top, {".cpp", ".hpp", ".h", ".c", ".cu", ".py", "CMakeLists.txt"}):
        path = file.relative_to(top).as_posix()
        text = file.read_text(encoding="utf-8", errors="replace")
        if file.suffix == ".py":
            wrong = check_python(path, text)
        elif file.suffix == ".txt":
            wrong = check_cmake(path, text)
        elif path.startswith(("core/", "plugins/", "tests/")):
            wrong = check_cpp(top, path, text)
        else:
            continue
        found += [f"{path}:{line}: {what}" for line, what in wrong]
    return found


def main() -> int:
    top = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    found = breaches(top)
    print("\n".join(found) if found else "layers: no breach")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
