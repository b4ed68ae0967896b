#!/usr/bin/env python3
"""Holds the layout of everything that crosses a plugin's border (core/sdk/touchstone) to core/sdk/layout.txt.

  tools/check_abi.py [--compiler CXX] [--top DIR]
  tools/check_abi.py --approve      writes what the layout is now, and raises abi_version where it must be raised

Reads structs, enums and virtual functions from the headers, has the compiler say sizes, offsets, values and places in
the table of virtual functions, and compares. A layout that changed under the same abi_version fails: a plugin built
before would be taken for one that fits. Exit code 1 then.
"""

from __future__ import annotations

import argparse
import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from sdk_types import Class, Enum, read_headers

HERE = Path(__file__).resolve().parent
NUMBER = re.compile(r"(abi_version = )(\d+)")
PROBE = r"""
#include <cstdio>
#include <cstring>
#include "touchstone/plugin.hpp"
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
using namespace touchstone;
// A pointer to a virtual function holds where it stands in the table (Itanium C++ ABI, 2.3).
template <class Function> long place(Function function) {
  long words[2];
  static_assert(sizeof function == sizeof words);
  std::memcpy(words, &function, sizeof words);
#if defined(__aarch64__)
  return words[0] / 8;
#else
  return (words[0] - 1) / 8;
#endif
}
int main() {
"""


def probe(types: list[Class | Enum]) -> str:
    """A program that prints the layout."""
    lines = []
    for one in types:
        if isinstance(one, Enum):
            lines.append(f'std::printf("enum {one.name} size=%zu\\n", sizeof({one.name}));')
            lines += [f'std::printf("  %ld {value}\\n", static_cast<long>({one.name}::{value}));'
                      for value in one.values]
            continue
        named = f"{one.name}<None>" if one.template else one.name
        named = "PluginDescriptor<Metric>" if one.name == "PluginDescriptor" else named
        lines.append(f'std::printf("{one.name} size=%zu align=%zu\\n", sizeof({named}), alignof({named}));')
        lines += [f'std::printf("  at %zu, %zu bytes: {kind} {name}\\n", offsetof({named}, {name}), '
                  f'sizeof({named}::{name}));' for kind, name in one.fields]
        lines += [f'std::printf("  place %ld: {text}\\n", place(&{named}::{name}));' for text, name in one.virtuals]
    return PROBE + "\n".join(f"  {line}" for line in lines) + "\n}\n"


def layout(top: Path, compiler: str) -> str:
    folder = top / "core/sdk/touchstone"
    types, aliases = read_headers(folder)
    with tempfile.TemporaryDirectory() as work:
        source, program = Path(work, "layout.cpp"), Path(work, "layout")
        source.write_text(probe(types), encoding="utf-8")
        built = subprocess.run([compiler, "-std=c++20", f"-I{folder.parent}", source, "-o", program], text=True,
                               capture_output=True)
        if built.returncode:
            raise SystemExit(f"check_abi: {compiler} does not build what asks for the layout:\n{built.stderr[-3000:]}")
        said = subprocess.run([program], text=True, capture_output=True, check=True).stdout
    return f"abi {number(top)}\n" + said + "".join(f"{alias}\n" for alias in aliases)


def number(top: Path) -> int:
    return int(NUMBER.search((top / "core/sdk/touchstone/abi.hpp").read_text(encoding="utf-8"))[2])


def unmeasured(top: Path) -> list[str]:
    """Types whose size no plugin's fingerprint holds. Abstract classes have none of their own."""
    text = (top / "core/sdk/touchstone/toolchain.hpp").read_text(encoding="utf-8")
    types, _ = read_headers(top / "core/sdk/touchstone")
    return [one.name for one in types if isinstance(one, Class) and not one.virtuals and f'" {one.name}="' not in text
            and one.name not in ("PluginHeader", "PluginDescriptor")]


def raise_number(top: Path) -> None:
    path = top / "core/sdk/touchstone/abi.hpp"
    text = path.read_text(encoding="utf-8")
    path.write_text(NUMBER.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", text), encoding="utf-8")


def approve(top: Path, compiler: str) -> int:
    approved = top / "core/sdk/layout.txt"
    old, new = approved.read_text(encoding="utf-8") if approved.exists() else "", layout(top, compiler)
    if old and rest(old) != rest(new) and head(old) == head(new):
        raise_number(top)
        print(f"raised abi_version to {number(top)}: say in CHANGELOG.md what changed")
    approved.write_text(f"abi {number(top)}\n{rest(new)}", encoding="utf-8")
    return 0


def head(text: str) -> str:
    return text.partition("\n")[0]


def rest(text: str) -> str:
    return text.partition("\n")[2]


def check(top: Path, compiler: str) -> list[str]:
    approved = top / "core/sdk/layout.txt"
    old, new = approved.read_text(encoding="utf-8"), layout(top, compiler)
    found = [f"core/sdk/touchstone/toolchain.hpp lacks the size of {name}" for name in unmeasured(top)]
    if old == new:
        return found
    lines = [*difflib.unified_diff(old.splitlines(), new.splitlines(), "core/sdk/layout.txt", "core/sdk/touchstone",
                                   lineterm="", n=0)]
    if head(old) == head(new):
        why = f"the layout of the plugin border changed, but abi_version is still {number(top)}: " \
              "old plugins would be taken for new ones"
    elif rest(old) == rest(new):
        why = "abi_version changed, but the layout did not"
    else:
        why = "the layout and abi_version changed, but not what was approved"
    return [*found, *lines, why, "  → undo it, or run tools/check_abi.py --approve and add a line to CHANGELOG.md"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--compiler", default="c++")
    parser.add_argument("--top", type=Path, default=HERE.parent)
    parser.add_argument("--approve", action="store_true")
    given = parser.parse_args()
    if given.approve:
        return approve(given.top, given.compiler)
    found = check(given.top, given.compiler)
    print("\n".join(found) if found else f"abi: the layout is that of number {number(given.top)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
