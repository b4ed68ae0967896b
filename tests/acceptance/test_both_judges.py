"""Both judges on the fixture of TritonBench-T, end to end: the real program, PyTorch and Triton's interpreter."""
from __future__ import annotations

import json
import pathlib

import pytest

from test_capture import ROOT, touchstone

ADDS_RIGHT = """import torch


def affine_relu(input: torch.Tensor, weight: torch.Tensor, bias=0.0, *, label="", out=None):
    result = torch.relu(input * weight + bias)
    return result if out is None else out.copy_(result)
"""
ANSWERS = {
    "affine_relu": ADDS_RIGHT,
    "take_rows": "def take_rows(table, rows):\n    return None\n",
    "noisy_add": "I would rather not.",
    "swap_axes": "def swap_axes(input):\n    print('swapping')\n    return input.transpose(0, 1)\n",
    "apply_layer": "```python\nimport torch\n\n\ndef apply_layer(layer, x):\n    return layer(layer(x))\n```\nDone.\n",
}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict:
    folder = tmp_path_factory.mktemp("judged")
    rows = [json.dumps({"id": name, "answer": answer}) + "\n" for name, answer in ANSWERS.items()]
    (folder / "answers.jsonl").write_text("".join(rows))
    config = {"name": "both", "suites": [{"use": "tritonbench", "path": str(ROOT / "tests/fixtures/tritonbench")}],
              "models": [{"use": "replay", "file": "answers.jsonl"}], "runtime": {"use": "triton", "device": "cpu"},
              "judges": ["strict", "paper"], "metrics": ["accuracy"], "limits": {"parallel": 2}}
    (folder / "run.yaml").write_text(json.dumps(config))
    done = touchstone("run", "run.yaml", "--output", "out", cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(touchstone("report", "out", "--json", cwd=folder).stdout)


def outcomes(report: dict, judge: str) -> dict[str, str]:
    return {line["task"]: line["outcome"] for line in report["samples"] if line["judge"] == judge}


def test_paper_judges_by_how_a_script_ends_and_what_it_prints(report: dict) -> None:
    assert outcomes(report, "paper") == {"affine_relu": "passed", "take_rows": "passed", "noisy_add": "load_error",
                                         "swap_axes": "wrong_value", "apply_layer": "load_error"}


def test_strict_judges_as_it_does_alone(report: dict) -> None:
    found = outcomes(report, "strict")
    assert (found["affine_relu"], found["swap_axes"]) == ("not_triton", "passed")
    assert found["take_rows"] not in ("passed", "not_triton", "not_judged")
    assert found["noisy_add"] == found["apply_layer"] == "not_judged"


def test_every_difference_has_its_reason(report: dict) -> None:
    reasons = {line["task"]: line["reason"] for line in report["judges compared"]["samples"]}
    assert reasons == {"affine_relu": "right, but a library computed it, which paper does not ask",
                       "take_rows": "the test prints no values: whatever ends well passes",
                       "swap_axes": "the candidate prints something, the golden nothing",
                       "noisy_add": "strict does not judge this task",
                       "apply_layer": "strict does not judge this task"}
