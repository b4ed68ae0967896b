"""Triton goldens as the only reference: a checker on the CPU records them under the interpreter and judges by them."""
from pathlib import Path

import pytest

from goldens import Judge

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures/tritonbench/data/TritonBench_G_v1"


@pytest.mark.parametrize("name, entry, cases, wrong", [
    ("scale_rows", "scale_rows", ["call 1", "call 2", "call 1, redrawn", "call 2, redrawn"],
     ("tl.load(w + row)", "tl.load(w + row) * 1.001")),
    ("square_grad", "Square.apply", ["call 1", "call 1, redrawn"], ("return 2 * x", "return 2.001 * x")),
    ("square_alias", "square", ["call 1", "call 1, redrawn"], ("value * value", "value * tl.abs(value)")),
])
def test_a_golden_passes_and_a_wrong_one_does_not(checker_host, candidate, tmp_path, name, entry, cases, wrong):
    judge = Judge(checker_host, tmp_path, FIXTURE / f"{name}.py", [entry])
    assert judge.opened["not_judged"] is None, judge.opened
    assert [call["case"] for call in judge.opened["calls"]] == cases and "metadata" not in judge.opened["tags"]
    right = candidate(judge.golden, entry)
    assert right.loaded["ok"]
    found = [judge.outcome(right, i) for i in range(len(cases))]
    assert [f["outcome"] for f in found] == ["passed"] * len(cases), found
    assert all("golden-only" in f["details"]["notes"][0] and f["reference_work"] > 0 for f in found)
    assert wrong[0] in judge.golden
    bad = judge.outcome(candidate(judge.golden.replace(*wrong), entry), 0)
    assert bad["outcome"] == "wrong_value", bad


def test_calls_of_a_kernel_itself_are_not_recorded(checker_host, tmp_path):
    judge = Judge(checker_host, tmp_path, FIXTURE / "bare_kernel.py", ["fill_kernel"])
    assert not judge.opened["calls"] and judge.opened["not_judged"]


def test_a_golden_that_does_not_load_says_why(checker_host, tmp_path):
    judge = Judge(checker_host, tmp_path, FIXTURE / "square_alias.py", ["square"], "import triton.ops\n")
    assert "does not load: ModuleNotFoundError" in judge.opened["not_judged"]


def test_a_reference_of_our_own_is_what_the_golden_is_held_to(checker_host, candidate, tmp_path):
    reference = "def scale_rows(x, w):\n    return x * w[:, None]\n"
    judge = Judge(checker_host, tmp_path, FIXTURE / "scale_rows.py", ["scale_rows"], reference=reference)
    found = judge.outcome(candidate(judge.golden, "scale_rows"), 0)
    assert found["outcome"] == "passed" and not found["details"].get("notes"), found
    wrong = Judge(checker_host, tmp_path, FIXTURE / "scale_rows.py", ["scale_rows"],
                  reference=reference.replace("*", "+"))
    assert wrong.outcome(candidate(judge.golden, "scale_rows"), 0)["outcome"] == "wrong_value"
