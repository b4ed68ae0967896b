"""`touchstone admit` on real operators: one that is a good test, and some that are not, each by a fault of its own. The
real program, PyTorch and Triton's interpreter."""
from __future__ import annotations

import json
import pathlib
import shutil

import pytest

from test_capture import ROOT, touchstone

ADD = ROOT / "operators/elementwise/add"

# Nothing but whole blocks, and numbers beside which an addend does not count.
WEAK = """
signature: "{name}(x: Tensor, y: Tensor) -> Tensor"
instruction: {{simple: "Write `{name}(x: Tensor, y: Tensor) -> Tensor`, which does something."}}
cases:
  check:
    - name: whole blocks
      arguments:
        x: {{tensor: [2048], dtype: float32, draw: uniform, low: 1, high: 2}}
        y: {{tensor: [2048], dtype: float32, draw: constant, value: 1.0e-12}}
"""
LIBRARY = "import torch\n\n\ndef {name}(x, y):\n    return {body}\n"


def write(folder: pathlib.Path, name: str, reference: str, golden: str) -> None:
    operator = folder / "elementwise" / name
    operator.mkdir(parents=True)
    (operator / "operator.yaml").write_text(WEAK.format(name=name))
    (operator / "reference.py").write_text(LIBRARY.format(name=name, body=reference))
    (operator / "golden.py").write_text(golden)


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, dict[str, dict[str, tuple[str, str]]]]:
    folder = tmp_path_factory.mktemp("admitted")
    shutil.copytree(ADD, folder / "ops/elementwise/add")
    write(folder / "ops", "plus", "x + y", (ADD / "golden.py").read_text().replace("def add(", "def plus("))
    write(folder / "ops", "ones", "torch.ones_like(x)", LIBRARY.format(name="ones", body="torch.ones_like(x)"))
    done = touchstone("admit", "operators", "--operators", "ops", "--device", "cpu", "--save",
                      "ops/admission.json", "--json", cwd=folder)
    assert done.returncode == 1, done.stderr
    return folder, {task["task"]: {it["check"]: (it["state"], it["detail"]) for it in task["findings"]}
                    for task in json.loads(done.stdout)["tasks"]}


def test_a_good_test_is_held_up_by_its_twin_alone(gate) -> None:
    _, found = gate
    assert {check for check, (state, _) in found["add"].items() if state != "ok"} == {"unlike"}
    assert found["add"]["unlike"] == ("fail", "its golden is that of plus")


def test_weak_inputs_are_told_by_the_argument_and_by_mutants_that_survive(gate) -> None:
    _, found = gate
    weak = found["plus"]
    assert weak["golden"][0] == weak["kernels"][0] == weak["null"][0] == "ok"
    assert weak["inputs"][0] == "fail"
    assert weak["inputs"][1].startswith("y, tensor can be ignored: no output moves by more than")
    assert weak["mutants"][0] == "fail" and "survives: line" in weak["mutants"][1]


def test_a_golden_without_kernels_and_a_result_that_anybody_guesses(gate) -> None:
    _, found = gate
    assert found["ones"]["kernels"] == ("fail", "no kernel of its own ran")
    assert found["ones"]["null"] == ("fail", "'constant' is right: the cases are too weak")
    assert found["ones"]["mutants"] == ("fail", "only 0 mutants of its golden caught; 5 are asked for")


def test_only_what_fails_is_outside_strict_scores(gate) -> None:
    folder, _ = gate
    kept = json.loads((folder / "ops/admission.json").read_text())["tasks"]
    assert kept["add"]["cpu"]["failed"] == ["unlike"] and "mutants" in kept["plus"]["cpu"]["failed"]
    shutil.rmtree(folder / "ops/elementwise/plus")
    again = touchstone("admit", "operators", "--operators", "ops", "--device", "cpu", "--task", "add",
                       "--output", "again", "--save", "ops/admission.json", cwd=folder)
    assert again.returncode == 0, again.stdout + again.stderr
    (folder / "run.yaml").write_text('name: some\nsuites: [{use: operators, path: ops}]\nmodels: [golden]\n'
                                     'metrics: [accuracy]\nruntime: {use: triton, device: cpu}\n')
    done = touchstone("run", "run.yaml", "--output", "run", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    model = next(group for group in report["groups"] if group["by"] == "model")
    assert model["samples"] == 2 and {figure["n"] for figure in model["figures"]} == {1}
    assert any(note.startswith("ones: the admission gate keeps its task out of strict scores: kernels, null, cases")
               for note in report["notes"])
