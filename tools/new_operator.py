#!/usr/bin/env python3
"""Makes the folder of a new operator, whose golden passes as it is.

  new_operator.py FAMILY/NAME [--out DIR]

The folder is DIR/FAMILY/NAME; without --out that is operators/FAMILY/NAME in Touchstone's tree, else ./FAMILY/NAME.
"""

from __future__ import annotations

import argparse
import keyword
import sys
from pathlib import Path

from scaffold import TREE, check_name, in_tree, make


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes the folder of a new operator.")
    parser.add_argument("path", metavar="FAMILY/NAME")
    parser.add_argument("--out", type=Path, help="the folder of operators to put it in")
    given = parser.parse_args()
    family, slash, name = given.path.partition("/")
    if not slash:
        raise SystemExit(f"error: '{given.path}' has no family\n  → write FAMILY/NAME, such as elementwise/{family}")
    check_name(family, "name for a family")
    check_name(name, "name for an operator")
    if keyword.iskeyword(name):
        raise SystemExit(f"error: '{name}' is a word of Python\n  → an operator is a function of that name")
    out = (given.out or (TREE / "operators" if in_tree() else Path())).absolute()
    folder = out / family / name
    make(folder, {"operator.yaml": "operator/operator.yaml", "reference.py": "operator/reference.py.in",
                  "golden.py": "operator/golden.py.in"},
         {"name": name, "family": family})
    print(f"next: touchstone eval {folder}/golden.py --task {name} --operators {out}\n"
          "      then write the contract, the reference and the cases: operators/README.md says what they may hold")
    return 0


if __name__ == "__main__":
    sys.exit(main())
