"""The program under test: the newest build, or TOUCHSTONE_BIN."""
from __future__ import annotations

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).parents[2]


def binary() -> str:
    if named := os.environ.get("TOUCHSTONE_BIN"):
        return named
    built = sorted(ROOT.glob("build/*/bin/touchstone"), key=lambda path: path.stat().st_mtime)
    assert built, "build the program first: tools/test.sh does"
    return str(built[-1])


def run(words: list[str], cwd: pathlib.Path, seconds: float = 240, **more) -> subprocess.CompletedProcess:
    environment = {**os.environ, "NO_COLOR": "1", **more.pop("environment", {})}
    return subprocess.run([binary(), *words], cwd=cwd, capture_output=True, text=True, timeout=seconds,
                          env=environment, stdin=subprocess.DEVNULL, **more)
