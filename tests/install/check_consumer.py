"""Plugins outside the tree against an installed bundle: built by each compiler there is, held to their contract, run;
and new ones from the bundle's own new_plugin.py. Called by check_bundle.py."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CONSUMER = Path(__file__).parent / "consumer"
COMPILERS = ("g++-12", "g++-13", "clang++")
KINDS = ("model", "suite", "metric", "profiler", "runtime")
OURS = {"model": "steady", "suite": "sums", "metric": "words", "profiler": "patience", "runtime": "actors"}
RIGHT = "```\nstub\nright\n```\n"  # what the stub worker takes for a right candidate


def run(*command: str | Path, **options) -> str:
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


def build(cmake: str, prefix: Path, source: Path, folder: Path, compiler: str) -> Path:
    """Builds and holds every plugin to its contract; gives the folder of plugins."""
    ninja = ["-G", "Ninja"] if shutil.which("ninja") else []
    run(cmake, *ninja, "-S", source, "-B", folder, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_CXX_COMPILER={compiler}")
    run(cmake, "--build", folder)
    run(Path(cmake).with_name("ctest"), "--test-dir", folder, "--output-on-failure", "--no-tests=error")
    return folder / "lib/touchstone/plugins"


def try_run(prefix: Path, plugins: list[Path], names: dict[str, str], work: Path) -> list[str]:
    """A whole run with one plugin of each kind: what is wrong with it."""
    config = {"name": "strangers", "suites": [names["suite"]], "models": [{"use": names["model"], "answer": RIGHT}],
              "metrics": ["accuracy", names["metric"]], "profilers": [names["profiler"]], "runtime": names["runtime"]}
    work.mkdir()
    (work / "run.yaml").write_text(json.dumps(config))  # JSON is YAML
    folders = [word for folder in plugins for word in ("--plugins", str(folder))]
    run(prefix / "bin/touchstone", "run", work / "run.yaml", "--output", work / "out", *folders)
    records = [json.loads(line) for line in (work / "out/records.jsonl").read_text().splitlines()]
    opened = {(it["kind"], it["name"]) for it in json.loads((work / "out/manifest.json").read_text())["plugins"]}
    found = [f"the run did not open {pair}" for pair in names.items() if pair not in opened]
    if not records or any('"passed"' not in json.dumps(record) for record in records):
        found.append(f"the run of {names} has other outcomes than passed: {json.dumps(records)[:2000]}")
    return found


def only_symbol(file: Path) -> list[str]:
    exported = [line.split()[-1] for line in run("nm", "-D", "--defined-only", file).splitlines()]
    return [] if exported == ["touchstone_plugin"] else [f"{file.name} exports {exported}, not touchstone_plugin alone"]


def code_lines(file: Path) -> int:
    lines = [line.strip() for line in file.read_text().splitlines()]
    return sum(1 for line in lines if line and not line.startswith("//"))


def check_scaffolds(cmake: str, prefix: Path, work: Path) -> list[str]:
    tool, found, plugins, names = prefix / "share/touchstone/tools/new_plugin.py", [], [], {}
    start = time.monotonic()
    for kind in KINDS:
        name = names[kind] = f"made_{kind}"
        run(sys.executable, tool, kind, name, "--out", work)
        if (lines := code_lines(work / name / "plugin.cpp")) > 25:
            found.append(f"the scaffold of a {kind} has {lines} lines of code, at most 25")
        again = subprocess.run([sys.executable, tool, kind, name, "--out", work], capture_output=True, text=True)
        if not again.returncode or "is there already" not in again.stderr:
            found.append(f"new_plugin.py {kind} writes over a folder")
        plugins.append(build(cmake, prefix, work / name, work / name / "build", "c++"))
    found += try_run(prefix, plugins, names, work / "run")
    print(f"scaffolds: from new_plugin.py to a passing run, five plugins: {time.monotonic() - start:.1f} s")
    return found


def check_consumer(cmake: str, prefix: Path, work: Path) -> list[str]:
    found = []
    for compiler in COMPILERS:
        if not shutil.which(compiler):
            print(f"consumer: no {compiler} here: not tried")
            continue
        folder = work / compiler
        plugins = build(cmake, prefix, CONSUMER, folder, compiler)
        found += only_symbol(plugins / "metrics/words.so") + try_run(prefix, [plugins], OURS, folder / "run")
        print(f"consumer: built by {compiler}, conforms, runs")
    os.makedirs(work / "scaffolds", exist_ok=True)
    return found + check_scaffolds(cmake, prefix, work / "scaffolds")
