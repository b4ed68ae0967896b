"""The promise behind the fake accelerator: PyTorch programs run and are judged on it by the shared checker, and nothing
under core/ knows of it."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests/cli"))

from support import fake_plugins, run  # noqa: E402

PROGRAM = """```python
import torch
ONE = torch.ones(1, device="cuda")          # made while the file is loaded

def add(x, y, alpha=1):
    here = torch.device("cuda:0")
    out = torch.empty_like(x, device=here)
    torch.add(x.cuda(), y.to("cuda") * alpha, out=out)
    return out{wrong}
```
"""
OPERATOR = """{family: elementwise, difficulty: 1, signature: "add(x: Tensor, y: Tensor, alpha: float = 1) -> Tensor",
instruction: {simple: Add.}, cases: {
  check: [{name: one, arguments: {x: {tensor: [33]}, y: {tensor: [33]}, alpha: 2}}],
  bench: [{name: many, arguments: {x: {tensor: [1000]}, y: {tensor: [1000]}}}]}}
"""
REFERENCE = """def add(x, y, alpha=1):
    return x + alpha * y
"""


def write(folder: pathlib.Path) -> None:
    operator = folder / "operators/elementwise/add"
    for made in (operator, folder / "hardware/0", folder / "hardware/1"):
        made.mkdir(parents=True)
    (operator / "operator.yaml").write_text(OPERATOR)
    (operator / "reference.py").write_text(REFERENCE)
    for number in ("0", "1"):
        (folder / "hardware" / number / "health").write_text("ok")
        (folder / "hardware" / number / "used").write_text("0")
    answers = [{"id": "add", "answer": PROGRAM.replace("{wrong}", wrong)} for wrong in ("", " + 0.01 * ONE")]
    (folder / "answers.jsonl").write_text("".join(json.dumps(answer) + "\n" for answer in answers))
    (folder / "run.yaml").write_text(json.dumps({
        "name": "torch", "suites": [{"use": "operators", "path": "operators"}], "output": "out",
        "models": [{"use": "replay", "file": "answers.jsonl", "duplicates": "draws"}], "draws": 0,
        "runtime": {"use": "fake", "hardware": "hardware", "python": sys.executable, "language": "torch",
                    "device": "fake:1"},
        "metrics": ["accuracy", "latency"], "profilers": ["fake_counters"], "limits": {"timing": "20ms"}}))


def test_a_program_that_hard_codes_another_device_is_judged_and_timed_on_this_one(tmp_path: pathlib.Path) -> None:
    write(tmp_path)
    done = run(["run", "run.yaml"], tmp_path, fake_plugins())
    assert done.returncode == 0, done.stderr
    records = sorted(map(json.loads, (tmp_path / "out/records.jsonl").read_text().splitlines()),
                     key=lambda record: record["draw"])
    outcomes = [record["attempts"][0]["verdicts"][0]["outcome"] for record in records]
    assert outcomes == ["passed", "wrong_value"], records[0]["attempts"][0]["verdicts"]
    assert {record["observed"]["device"] for record in records} == {"fake:1"}
    timings = {timing["subject"]: timing for timing in records[0]["observed"]["timings"]}
    assert set(timings) == {"candidate", "reference"} and timings["reference"]["clock"] == "fake ticks"
    assert (tmp_path / "hardware/1/candidates").exists() and not (tmp_path / "hardware/0/candidates").exists()


def test_nothing_in_the_core_knows_of_it_or_of_any_vendor() -> None:
    knows = [path for path in (ROOT / "core").rglob("*") if path.is_file() and path.suffix != ".pyc"
             and re.search(rb"(?i)\bfake\b|fake_(accelerator|counters)", path.read_bytes())]
    assert not knows
    checked = subprocess.run([sys.executable, str(ROOT / "tools/check_layers.py")], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
    # Both plugins are built by the vendor's own call against the SDK, and include nothing else of this tree.
    for source in pathlib.Path(__file__).parent.rglob("*.cpp"):
        ours = re.findall(r'#include "([^"]+)"', source.read_text())
        assert ours == ["touchstone/plugin.hpp"], (source, ours)


def test_the_page_for_vendors_shows_code_that_is_tested() -> None:
    folder = pathlib.Path(__file__).parent
    sources = "".join(path.read_text() for path in folder.rglob("*") if path.suffix in (".cpp", ".py", ".txt"))
    page = (ROOT / "plugins/runtimes/README.md").read_text()
    blocks = re.findall(r"^```\w+\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) > 5
    for block in blocks:
        assert block in sources, f"none of the files says:\n{block}"
