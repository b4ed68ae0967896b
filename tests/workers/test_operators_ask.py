"""Every operator's cases ask for everything: whatever part of an argument a kernel ignores, some case shows it."""
import json

import pytest

import cases
from examine import ENOUGH, examine
from expect import Expectation
from test_operators import FOLDERS, description, signature


@pytest.mark.parametrize("name", FOLDERS)
def test_every_part_of_every_argument_moves_some_output(name):
    folder, seed = FOLDERS[name], b"asked"
    described = description(folder)
    entry, excused = signature(described).name, described["policy"].get("excused", {})
    oracle = {"reference": (folder / "reference.py").read_text(encoding="utf-8"), "policy": described["policy"],
              "cases": {"check": described["cases"]["check"]}}
    plan = cases.plan({"id": name, "entries": [entry], "oracle": oracle}, "cpu", seed)
    made = {}
    found = examine(plan, lambda at: made.setdefault(at, Expectation(plan.calls[at], plan, seed, name)))
    assert found["notes"] == [] and found["calls"] == len(plan.calls)
    assert found["parameters"] == {entry: [argument.arg for argument in signature(described).args.args]}
    assert {row["argument"] for row in found["parts"]} <= set(found["parameters"][entry])
    weak = {f"{row['argument']}, {row['part']}": row for row in found["parts"]
            if row["moved"] is None or row["moved"] < ENOUGH}
    assert set(weak) == set(excused.get("insensitive", {})), json.dumps(weak, indent=1)
    assert found["unstable"] == [] or "nondeterministic" in excused
