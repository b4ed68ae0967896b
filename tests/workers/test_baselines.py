"""What a candidate's speed is compared with computes what the operator asks for: it is judged as a candidate."""
from pathlib import Path

import pytest
import yaml

from checking import Task
from conftest import ROOT
from sources import load_source

FOLDERS = {path.parent.name: path.parent for path in sorted((ROOT / "operators").glob("*/*/reference.py"))
           if "_baseline(" in path.read_text(encoding="utf-8")}
ELSEWHERE = {("dropout", "NaN and infinities")}  # PyTorch multiplies by the mask: a dropped NaN stays one
# Two calls of PyTorch round half precision between them; its top-k names any of equal elements.
ELSEWHERE |= {("linear_gelu", "fp16"), ("linear_gelu", "bf16, tanh")}
ELSEWHERE |= {("moe_routing", case) for case in ("many ties", "nothing but ties", "bf16, ties by rounding",
                                                 "fewer experts left than are to be chosen")}


def judged(folder: Path) -> list[dict]:
    described = yaml.safe_load((folder / "operator.yaml").read_text(encoding="utf-8"))
    text = (folder / "reference.py").read_text(encoding="utf-8")
    entry = described["signature"].split("(")[0]
    policy = described["policy"] | {"backward": False}  # a timed call runs no backward
    task = Task(text, described["cases"]["check"], policy, entry, task=folder.name)
    return task.try_out(getattr(load_source(f"baseline_of_{entry}", text), f"{entry}_baseline"))


@pytest.mark.parametrize("name", FOLDERS)
def test_a_baseline_computes_what_is_asked_for(name):
    for verdict in judged(FOLDERS[name]):
        if (name, verdict["details"]["case"]) in ELSEWHERE:
            continue
        assert verdict["outcome"] == "passed", (verdict["details"]["case"], verdict["reason"])
