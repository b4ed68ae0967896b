"""The program under test, and whole runs of it with the stub runtime (tests/stub_runtime)."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable

ROOT = pathlib.Path(__file__).parents[2]
PATIENCE = 60.0  # seconds for what takes milliseconds: only what never happens waits so long


def binary() -> str:
    """TOUCHSTONE_BIN, or the newest build with tests."""
    if named := os.environ.get("TOUCHSTONE_BIN"):
        return str(pathlib.Path(named).absolute())
    built = [path for path in ROOT.glob("build/*/bin/touchstone") if stub_plugins(path).exists()]
    assert built, "build the program with its tests first: tools/test.sh does"
    return str(max(built, key=lambda path: path.stat().st_mtime))


def stub_plugins(program: pathlib.Path) -> pathlib.Path:
    return program.parents[1] / "tests/stub_runtime/plugins"


def fake_plugins() -> dict[str, str]:
    """The environment in which the program finds tests/plugins/fake_accelerator."""
    tree = pathlib.Path(binary()).parents[1] / "tests/plugins/fake_accelerator/plugins"
    return {"TOUCHSTONE_PLUGIN_PATH": str(tree)}


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """Ours without what would change what the program says."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("TOUCHSTONE_", "NO_COLOR"))}
    return {**ours, "TOUCHSTONE_PLUGIN_PATH": str(stub_plugins(pathlib.Path(binary()))), **(more or {})}


def run(words: list[str], cwd: pathlib.Path, more: dict[str, str] | None = None, **how) -> subprocess.CompletedProcess:
    """One command to its end, with nothing to read."""
    return subprocess.run([binary(), *words], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE,
                          env=environment(more), stdin=subprocess.DEVNULL, **how)


def tidy(text: str, folder: pathlib.Path) -> str:
    """Paths of this machine stand for themselves."""
    prefix = pathlib.Path(binary()).resolve().parents[1]
    for path, name in ((folder, "FOLDER"), (pathlib.Path(__file__).parent, "HERE"), (prefix, "PREFIX")):
        text = text.replace(str(path), name)
    return text


def start(words: list[str], cwd: pathlib.Path, **how) -> subprocess.Popen:
    return subprocess.Popen([binary(), *words], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=environment(), stdin=subprocess.DEVNULL, **how)


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Returns once it holds; the deadline fails the test."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.002)


class Bench:
    """A folder with operators, answers and a config for the stub runtime. `python` is a script, so that starts are
    counted in the file `starts`, every process carries this folder in its command line, and a parent can be broken."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.cases = {"check": [{"name": "one", "arguments": {}}, {"name": "two", "arguments": {}}]}
        self.python = folder / "python"
        self.mend()

    def write(self, acts: list[str], **config) -> None:
        """One task, t01, t02 …, and its answer for each text of acts."""
        (self.folder / "answers.jsonl").write_text("")
        for number, act in enumerate(acts, 1):
            name = f"t{number:02}"
            operator = self.folder / "operators/stub" / name
            operator.mkdir(parents=True, exist_ok=True)
            (operator / "operator.yaml").write_text(json.dumps({
                "family": "stub", "difficulty": 1, "tags": ["stub"], "signature": f"{name}()",
                "instruction": {"simple": "Act."}, "cases": self.cases}))
            (operator / "reference.py").write_text("# the stub checker knows\n")
            with open(self.folder / "answers.jsonl", "a", encoding="utf-8") as file:
                file.write(json.dumps({"id": name, "answer": f"Here it is.\n\n```\nstub\n{act}\n```\n"}) + "\n")
        self.configure(**config)

    def write_act(self, task: str, act: str) -> None:
        """Another answer to a task that is there."""
        path = self.folder / "answers.jsonl"
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        for row in rows:
            if row["id"] == task:
                row["answer"] = f"Here it is.\n\n```\nstub\n{act}\n```\n"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def configure(self, **config) -> None:
        whole = {"name": "bench", "suites": [{"use": "operators", "path": "operators"}],
                 "models": [{"use": "replay", "as": "answers", "file": "answers.jsonl"}],
                 "runtime": {"use": "stub", "python": str(self.python)}, "metrics": ["accuracy"],
                 "limits": {"parallel": 2}, **config}
        (self.folder / "run.yaml").write_text(json.dumps(whole))  # JSON is YAML

    def mend(self, line: str = "") -> None:
        """Makes `python` one that works, after doing `line`."""
        self.python.write_text(f'#!/bin/sh\necho started >> "{self.folder}/starts"\n{line}\n'
                               f'exec "{sys.executable}" "$@" --path "{self.folder}"\n')
        self.python.chmod(0o755)

    def daemon(self) -> pathlib.Path:
        """Is there once the act `daemon` is done."""
        return self.folder / "daemon"

    def starts(self) -> int:
        counted = self.folder / "starts"
        return len(counted.read_text().splitlines()) if counted.exists() else 0

    def words(self, output: str = "out", *more: str) -> list[str]:
        return ["run", str(self.folder / "run.yaml"), "--output", output, *more]

    def run(self, output: str = "out", *more: str, **how) -> subprocess.CompletedProcess:
        return run(self.words(output, *more), self.folder, **how)

    def start(self, output: str = "out", *more: str, **how) -> subprocess.Popen:
        return start(self.words(output, *more), self.folder, **how)

    def finished(self, output: str = "out") -> int:
        """How many whole lines the records have."""
        path = self.folder / output / "records.jsonl"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def records(self, output: str = "out") -> set[str]:
        """The finished records as a report sees them (the last of a key counts) without what was only observed."""
        lines = (self.folder / output / "records.jsonl").read_text().splitlines()
        last = {record["key"]: record for record in map(json.loads, lines)}
        return {json.dumps({key: part for key, part in record.items() if key != "observed"}, sort_keys=True)
                for record in last.values()}

    def processes(self) -> dict[int, str]:
        """Living processes that carry this folder in their command line: hosts, parents, workers, what they left."""
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                dead = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
            except OSError:
                continue
            if not dead and any((word + "/").startswith(f"{self.folder}/") for word in words):
                found[int(entry.name)] = " ".join(words)
        return found

    def assert_nothing_runs(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while left := self.processes():
            assert time.monotonic() < deadline, f"still running: {left}"
            time.sleep(0.01)

    def scratch(self, output: str = "out") -> list[str]:
        """What lies in a run's scratch folder."""
        folder = self.folder / output / "scratch"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def end_all(self) -> None:
        """Ends what a failed test left."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
