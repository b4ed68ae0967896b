"""`touchstone capture` on a small transformer block (tests/fixtures/capture), and its operators judged by the captured
cases: the real program, PyTorch and Triton's interpreter."""
from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/cli"))

from support import binary  # noqa: E402

BLOCK = ROOT / "tests/fixtures/capture/transformer_block.py"
F = "torch.nn.functional."


def touchstone(*words: str, cwd: pathlib.Path) -> subprocess.CompletedProcess:
    return subprocess.run([binary(), *words], cwd=cwd, capture_output=True, text=True, timeout=300,
                          env={**os.environ, "TOUCHSTONE_PYTHON": sys.executable}, stdin=subprocess.DEVNULL)


def capture(folder: pathlib.Path, script: pathlib.Path, *names: str, more: tuple = (), arguments: tuple = ()):
    functions = [word for name in names for word in ("--function", name)]
    return touchstone("capture", str(script), *functions, "-o", "ops", *more, "--", *arguments, cwd=folder)


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, subprocess.CompletedProcess]:
    folder = tmp_path_factory.mktemp("captured")
    return folder, capture(folder, BLOCK, F + "softmax", F + "layer_norm", F + "gelu", "torch.matmul",
                           arguments=("--steps", "3"))


def test_the_program_runs_as_by_hand_and_its_calls_become_operators(captured) -> None:
    folder, done = captured
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"result (2, {n}, 32) --steps 3" for n in (17, 33, 17)]
    assert "softmax: 3 calls, 2 distinct" in done.stderr and "torch.matmul: 6 calls, 4 distinct" in done.stderr
    listed = json.loads(touchstone("list", "tasks", "--operators", "ops", "--json", cwd=folder).stdout)
    assert [task["id"] for task in listed] == ["gelu", "layer_norm", "matmul", "softmax"]
    contract = (folder / "ops/transformer_block/softmax/operator.yaml").read_text()
    assert '"tensor": [2, 4, 17, 17]' in contract and '"-inf": 1088' in contract and "made 2 times" in contract
    assert "values" not in contract, "data is kept that nobody asked for"


def verdict(folder: pathlib.Path, code: str) -> dict:
    (folder / "candidate.py").write_text(code)
    done = touchstone("eval", "candidate.py", "--task", "softmax", "--operators", "ops", "--device", "cpu", "--json",
                      cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_golden_passes_from_the_captured_cases_and_a_wrong_kernel_is_told_apart(captured) -> None:
    folder, _ = captured
    golden = (ROOT / "operators/softmax/softmax/golden.py").read_text()
    wrong = golden.replace('mask=columns < width, other=float("-inf")).to', "mask=columns < width, other=0.0).to")
    assert wrong != golden
    told = [json.dumps(verdict(folder, code)) for code in (golden, wrong)]
    assert '"outcome": "passed"' in told[0] and '"passed"' not in told[1], told
    assert '"outcome": "wrong_value"' in told[1], told[1]


def test_what_was_called_before_an_exception_is_kept_and_the_traceback_is_the_programs(tmp_path: pathlib.Path) -> None:
    done = capture(tmp_path, BLOCK, F + "softmax", arguments=("fail",))
    assert done.returncode == 1
    assert "Traceback (most recent call last):" in done.stderr and 'F.softmax("no tensor", dim=-1)' in done.stderr
    assert "capture_watch.py" not in done.stderr, "our frames stand in the traceback"
    assert (tmp_path / "ops/transformer_block/softmax/reference.py").exists()
    again = capture(tmp_path, BLOCK, F + "softmax")
    assert again.returncode == 2 and "is there already" in again.stderr and not again.stdout


OWN = '''
import torch


def attention(q, k, mask=None, act=None):
    out = (q @ k.T).softmax(-1)
    return out if act is None else act(out)
'''
USES = '''
from values import attention
import torch

q = torch.arange(12.).view(3, 4)
attention(q, q)
attention(q, torch.full((5, 4), 2.0), mask=None)
attention(q, q, act=torch.relu)
q.softmax(-1)
torch.add(q, 1, alpha=2)
q + 1
'''


def test_functions_of_the_programs_own_modules_methods_and_what_cannot_be_told(tmp_path: pathlib.Path) -> None:
    (tmp_path / "values.py").write_text(OWN)  # a name that a module of ours has too
    (tmp_path / "uses.py").write_text(USES)
    done = capture(tmp_path, tmp_path / "uses.py", "values.attention", "torch.softmax", "torch.add", more=("--data",))
    assert done.returncode == 0, done.stderr
    assert "values.attention: call 3 is left out: act: a builtin_function_or_method cannot be told" in done.stderr
    assert "values.attention: 3 calls, 2 distinct" in done.stderr
    assert "torch.softmax: 4 calls" in done.stderr and "torch.add: 2 calls, 2 distinct" in done.stderr
    contract = (tmp_path / "ops/uses/attention/operator.yaml").read_text()
    assert '"k": {"same_as": "q"}' in contract and '"values": [0.0, 1.0,' in contract
    assert len(json.loads(touchstone("list", "tasks", "--operators", "ops", "--json", cwd=tmp_path).stdout)) == 3


@pytest.mark.parametrize("name, told", [("torch.nn.functional.sofmax", "did you mean torch.nn.functional.softmax?"),
                                        ("softmax", "write the whole name"), ("torch.nn.Linear", "is a class"),
                                        ("nowhere.f", "no module is called nowhere")])
def test_a_name_that_is_no_function_is_explained_before_the_program_runs(tmp_path, name: str, told: str) -> None:
    done = capture(tmp_path, BLOCK, name)
    assert done.returncode == 2 and told in done.stderr and not done.stdout


def test_a_program_that_calls_nothing_is_told(tmp_path: pathlib.Path) -> None:
    (tmp_path / "empty.py").write_text("print('nothing')\n")
    done = capture(tmp_path, tmp_path / "empty.py", F + "softmax")
    assert done.returncode == 5 and "0 calls" in done.stderr and not (tmp_path / "ops").exists()
