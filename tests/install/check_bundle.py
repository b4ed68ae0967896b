"""Installs the build tree, moves what came out, and asks whether it still stands: check_bundle.py CMAKE BUILD.

Every shipped library must be found inside the moved prefix, nothing of the tests may be in it, it must be small, and
plugins outside the tree must build against it and run with it (check_consumer.py).
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from check_consumer import check_consumer, run

LARGEST = 40 * 2**20
# What a bare machine has; everything else must come from the bundle.
SYSTEM = ("linux-vdso", "ld-linux", "libc.so", "libm.so", "libdl.so", "librt.so", "libpthread.so", "libstdc++.so",
          "libgcc_s.so", "libasan.so", "libubsan.so")
EXPECTED = ("bin/touchstone", "lib/cmake/touchstone/touchstoneConfig.cmake", "include/touchstone/plugin.hpp",
            "share/touchstone/workers/parent.py", "share/touchstone/tools/new_plugin.py",
            "share/touchstone/workers/stub/stub_candidate.py", "share/touchstone/operators", "share/touchstone/configs")


def is_elf(file: Path) -> bool:
    if not file.is_file() or file.is_symlink():
        return False
    with file.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def foreign_libraries(prefix: Path) -> list[str]:
    """Libraries that are found outside the bundle, or not at all, though a bare machine may lack them."""
    clean = {name: value for name, value in os.environ.items() if name != "LD_LIBRARY_PATH"}
    found = []
    for file in filter(is_elf, prefix.rglob("*")):
        for line in run("ldd", file, env=clean).splitlines():
            name, _, place = line.strip().partition(" => ")
            inside = os.path.normpath(place.rsplit(" (", 1)[0]).startswith(f"{prefix}/")
            if "statically linked" not in line and not inside and not Path(name).name.startswith(SYSTEM):
                found.append(f"{file.relative_to(prefix)}: {line.strip()}")
    return found


def troubles(prefix: Path) -> list[str]:
    found = [f"{name} is missing" for name in EXPECTED if not (prefix / name).exists()]
    found += foreign_libraries(prefix)
    files = [path for path in prefix.rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files)
    if size > LARGEST:
        found.append(f"{size / 2**20:.1f} MiB, at most {LARGEST / 2**20:g}")
    for path in files:
        name = path.relative_to(prefix)
        if "__pycache__" in name.parts or path.name.startswith("test_") or path.stem.endswith("_test"):
            found.append(f"{name} is of the tests or the build")
    print(f"bundle: {len(files)} files, {size / 2**20:.1f} MiB")
    return found


def main() -> int:
    cmake, build = sys.argv[1], Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as work:
        first, moved, consumer = Path(work, "first"), Path(work, "moved place"), Path(work, "consumer")
        run(cmake, "--install", build, "--prefix", first, "--strip")
        first.rename(moved)
        found = troubles(moved)
        consumer.mkdir()
        found += check_consumer(cmake, moved, consumer)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
