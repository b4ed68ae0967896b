"""Whole runs on real cards: who uses which, who is timed beside whom. What a candidate sees, it writes down itself."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from support import binary, environment

pytestmark = pytest.mark.gpu
LONG = 300.0  # seconds for what takes some thirty: contexts and kernels are made

OPERATOR = {
    "family": "seen", "difficulty": 1, "tags": ["seen"], "instruction": {"simple": "Add one."},
    "policy": {"dtypes": ["float32"]},
    "cases": {"check": [{"name": str(size), "arguments": {"x": {"tensor": [size], "draw": "normal"}}}
                        for size in (1, 65, 1000)],
              "bench": [{"name": "large", "arguments": {"x": {"tensor": [65536], "draw": "normal"}}}]}}

ANSWER = '''```python
import json
import os
import time

import torch
import triton
import triton.language as tl


@triton.jit
def one_more(x_ptr, out_ptr, count, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out_ptr + at, tl.load(x_ptr + at, mask=at < count) + 1.0, mask=at < count)


def NAME(x: torch.Tensor) -> torch.Tensor:
    begun = time.monotonic()
    out = torch.empty_like(x)
    one_more[(triton.cdiv(x.numel(), 256),)](x, out, x.numel(), BLOCK=256)
    torch.cuda.synchronize()
    time.sleep(0.005)
    line = {"task": "NAME", "size": x.numel(), "begun": begun, "ended": time.monotonic(),
            "visible": os.environ["CUDA_VISIBLE_DEVICES"], "count": torch.cuda.device_count(),
            "uuid": "GPU-" + str(torch.cuda.get_device_properties(0).uuid)}
    with open("SEEN", "a") as file:
        file.write(json.dumps(line) + "\\n")
    return out
```
'''


class Cards:
    """Tasks `task1`, `task2` … whose answers write down what they see of their card and when."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.seen_file = folder / "seen.jsonl"

    def write(self, count: int) -> None:
        rows = []
        for name in (f"task{number}" for number in range(1, count + 1)):
            operator = self.folder / "operators/seen" / name
            operator.mkdir(parents=True)
            whole = {**OPERATOR, "signature": f"{name}(x: Tensor) -> Tensor"}
            (operator / "operator.yaml").write_text(json.dumps(whole))
            (operator / "reference.py").write_text(f"def {name}(x):\n    return x + 1\n")
            rows.append({"id": name, "answer": ANSWER.replace("NAME", name).replace("SEEN", str(self.seen_file))})
        (self.folder / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        (self.folder / "run.yaml").write_text(json.dumps({
            "name": "cards", "suites": [{"use": "operators", "path": "operators"}],
            "models": [{"use": "replay", "file": "answers.jsonl"}], "metrics": ["accuracy", "latency"],
            "runtime": {"use": "triton", "device": "cuda", "python": sys.executable},
            "limits": {"parallel": 8, "timing": "100ms"}, "output": "out"}))

    def say(self, *words: str, visible: str | None = None) -> subprocess.CompletedProcess:
        own = ("CUDA_VISIBLE_DEVICES", "TOUCHSTONE_PLUGIN_PATH")
        ours = {key: value for key, value in environment().items() if key not in own}
        return subprocess.run([binary(), *words], cwd=self.folder, capture_output=True, text=True, timeout=LONG,
                              env={**ours, **({"CUDA_VISIBLE_DEVICES": visible} if visible else {}),
                                   "TOUCHSTONE_PYTHON": sys.executable}, stdin=subprocess.DEVNULL)

    def run(self, *more: str, visible: str | None = None) -> list[dict]:
        done = self.say("run", "run.yaml", *more, visible=visible)
        assert done.returncode == 0, done.stderr
        records = [json.loads(line) for line in (self.folder / "out/records.jsonl").read_text().splitlines()]
        assert {r["attempts"][-1]["verdicts"][0]["outcome"] for r in records} == {"passed"}, done.stdout
        return records

    def seen(self) -> list[dict]:
        return [json.loads(line) for line in self.seen_file.read_text().splitlines()]

    def listed(self, visible: str | None = None) -> dict[str, dict]:
        said = self.say("list", "devices", "--json", visible=visible)
        return {device["id"]: device for device in json.loads(said.stdout) if device["family"] == "cuda"}


@pytest.fixture
def cards(tmp_path: pathlib.Path) -> Cards:
    made = Cards(tmp_path)
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES")
    if hidden is not None or not any(not device["trouble"] for device in made.listed().values()):
        pytest.skip("no CUDA device, or CUDA_VISIBLE_DEVICES chooses among them")
    return made


@pytest.fixture
def two(cards: Cards) -> Cards:
    names = [device["name"] for device in cards.listed().values() if not device["trouble"]]
    if len(names) < 2 or len(set(names[:2])) > 1:
        pytest.skip("needs two cards of one model")
    return cards


def spans(lines: list[dict]) -> dict[str, tuple[float, float]]:
    """When each task was timed: from the first of its bench calls to the last."""
    timed = {}
    for line in (line for line in lines if line["size"] == 65536):
        first, last = timed.get(line["task"], (line["begun"], line["ended"]))
        timed[line["task"]] = min(first, line["begun"]), max(last, line["ended"])
    return timed


def assert_timed_alone(lines: list[dict]) -> None:
    where = {line["task"]: line["visible"] for line in lines}
    for task, (first, last) in spans(lines).items():
        beside = [line for line in lines if line["task"] != task and line["visible"] == where[task]
                  and line["begun"] < last and line["ended"] > first]
        assert beside == [], f"{task} was timed from {first} to {last}"


def test_nothing_runs_beside_a_timing_on_its_card(cards: Cards) -> None:
    cards.write(6)
    records = cards.run()
    for record in records:
        assert [t["subject"] for t in record["observed"]["timings"]] == ["candidate", "reference"]
        assert {t["clock"] for t in record["observed"]["timings"]} == {"torch.cuda.Event"}
    assert len(spans(cards.seen())) == 6
    assert_timed_alone(cards.seen())


def test_two_cards_share_the_work_and_a_worker_sees_its_own_alone(two: Cards) -> None:
    two.write(12)
    records = two.run()
    assert {"cuda:0", "cuda:1"} <= {record["observed"]["device"] for record in records}
    devices = json.loads((two.folder / "out/manifest.json").read_text())["devices"]
    uuids = {device["id"]: device["facts"]["uuid"] for device in devices}
    device_of = {record["task"]: record["observed"]["device"] for record in records}
    for line in two.seen():
        device = device_of[line["task"]]
        assert (line["visible"], line["count"], line["uuid"]) == (device.removeprefix("cuda:"), 1, uuids[device])
    assert_timed_alone(two.seen())


def test_an_id_means_that_card_alone(two: Cards) -> None:
    two.write(2)
    assert {record["observed"]["device"] for record in two.run("--set", "runtime.device=cuda:1")} == {"cuda:1"}
    assert {(line["visible"], line["count"]) for line in two.seen()} == {("1", 1)}


def test_what_the_callers_environment_hides_is_not_used(two: Cards) -> None:
    listed = two.listed(visible="1")
    assert listed["cuda:1"]["trouble"] == "" and listed["cuda:0"]["trouble"] == "CUDA_VISIBLE_DEVICES hides it"
    two.write(2)
    assert {record["observed"]["device"] for record in two.run(visible="1")} == {"cuda:1"}
    assert {line["uuid"] for line in two.seen()} == {two.listed()["cuda:1"]["facts"]["uuid"]}


def test_a_file_is_judged_on_the_card_named(cards: Cards) -> None:
    cards.write(1)
    last = max(device for device, known in cards.listed().items() if not known["trouble"])
    [row] = [json.loads(line) for line in (cards.folder / "answers.jsonl").read_text().splitlines()]
    (cards.folder / "task1.py").write_text(row["answer"].removeprefix("```python\n").removesuffix("```\n"))
    done = cards.say("eval", "task1.py", "--task", "task1", "--operators", "operators", "--device", last, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdicts"][0]["outcome"] == "passed", done.stdout
    assert {(line["visible"], line["count"]) for line in cards.seen()} == {(last.removeprefix("cuda:"), 1)}
