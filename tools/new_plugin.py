#!/usr/bin/env python3
"""Makes the folder of a new plugin, which builds and conforms as it is.

  new_plugin.py KIND NAME [--out DIR]     KIND: model, suite, metric, profiler or runtime

The folder is DIR/NAME; without --out that is plugins/<kind>s/NAME in Touchstone's tree, else ./NAME.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scaffold import HERE, TREE, check_name, in_tree, make

KINDS = ("model", "suite", "metric", "profiler", "runtime")


def snippet(kind: str, name: str) -> str:
    quoted = f'"{name}"' if name in ("null", "true", "false") else name
    return f"runtime: {quoted}" if kind == "runtime" else f"{kind}s: [{quoted}]"


def next_steps(folder: Path, kind: str, name: str) -> str:
    if in_tree() and folder.parent == TREE / f"plugins/{kind}s":
        build = "cmake --preset dev && cmake --build --preset dev && ctest --preset dev -R "
        return f"next: {build}'{kind} {name}$'\n      touchstone describe {name}"
    prefix = HERE.parents[2] if not in_tree() else "<the folder that cmake --install made>"
    return (f"next: cd {folder} && cmake -B build -DCMAKE_PREFIX_PATH={prefix} && cmake --build build\n"
            f"      ctest --test-dir build --output-on-failure        # touchstone conform\n"
            f"      touchstone run CONFIG --plugins {folder}/build/lib/touchstone/plugins   # {snippet(kind, name)}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the folder of a new plugin.")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("name")
    parser.add_argument("--out", type=Path, help="the folder to put it in")
    given = parser.parse_args()
    check_name(given.name, "name for a plugin")
    out = given.out or (TREE / f"plugins/{given.kind}s" if in_tree() else Path())
    folder = out.absolute() / given.name
    make(folder, {"plugin.cpp": f"{given.kind}.cpp", "CMakeLists.txt": "CMakeLists.txt.in", "README.md": "README.md"},
         {"name": given.name, "kind": given.kind, "snippet": snippet(given.kind, given.name)})
    print(next_steps(folder, given.kind, given.name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
