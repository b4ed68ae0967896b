"""Writes the mutants of this folder's lists (*.yaml) as answers: `make.py OUTPUT [OPERATOR]…`.

One JSON object a line for the replay model: `id` (the operator), `answer` (Markdown with the code), `mutant` and `note`
(its name; a record keeps the note), and where the list has them `only`, `reason` and `equivalent`. Several lines of one
operator are its draws 0, 1, 2… in the order of the list.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Iterator

import yaml

HERE = Path(__file__).resolve().parent
OPERATORS = HERE.parent.parent / "operators"


def golden_of(operator: str, operators: Path = OPERATORS) -> str:
    found = list(operators.glob(f"*/{operator}/golden.py"))
    if len(found) != 1:
        raise ValueError(f"operator {operator}: {len(found)} folders of that name under {operators}, there must be one")
    return found[0].read_text(encoding="utf-8")


def mutate(golden: str, mutant: dict) -> str:
    """The golden with the mutant's text replaced; a text that is missing or ambiguous is an error."""
    count = golden.count(mutant["find"])
    if count != 1:
        raise ValueError(f"mutant {mutant['name']}: its text stands {count} times in golden.py, it must stand once")
    return golden.replace(mutant["find"], mutant["replace"])


def mutants(only: set[str] | None = None) -> Iterator[tuple[str, dict, str]]:
    """(operator, mutant, its code): list by list in the order of their names, each in its own order."""
    lists = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.yaml")))
    for group in (group for groups in lists for group in groups):
        operator = group["operator"]
        if only and operator not in only:
            continue
        golden = golden_of(operator)
        for mutant in group["mutants"]:
            yield operator, mutant, mutate(golden, mutant)


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    with open(arguments[0], "w", encoding="utf-8") as output:
        for operator, mutant, code in mutants(set(arguments[1:])):
            name = mutant["name"]
            row = {"id": operator, "answer": f"```python\n{code}```\n", "mutant": name, "note": name}
            row |= {key: mutant[key] for key in ("only", "reason", "equivalent") if key in mutant}
            output.write(json.dumps(row) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
