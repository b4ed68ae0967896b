#!/usr/bin/env python3
"""Puts the program to the test as a user would drive it, step by step:

    goldens     every golden passes every call under --seeds secrets
    nulls       none of the six null answers passes
    mutants     every listed wrong kernel is caught
    references  TritonBench-T's references, answered as candidates under --seeds secrets: right, and not Triton
    published   published answers on TritonBench-T; --against RUN compares outcomes with those of the
                other kind of device, each difference with its cause
    kills       --kills times SIGKILL at random moments of the quick start: the same records in the end, nothing left

    accept.py [--bin FILE] [--device cpu] [--seeds 5] [--mutants FILE.jsonl] [--only OPERATOR,…] STEP…

Drives a built or installed `touchstone` (--bin, TOUCHSTONE_BIN, or the newest build/*/bin/touchstone), reads the
records of its runs under --work, and prints Markdown. Exit code 0: all is as it must be; 1: it is not, or a sample has
no verdict; 4: a run did not end well. Needs Python's standard library only; mutants are made by tests/mutants/make.py,
which needs PyYAML, unless --mutants names its output. `references` and `published` need TOUCHSTONE_TRITONBENCH.
"""
from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import findings  # noqa: E402
import interruptions  # noqa: E402
import summary  # noqa: E402

CONFIG = """name: {name}
secret: "{secret}"
suites: [{{use: {suite}{where}}}]
models: [{model}]
prompts: [simple]
runtime: {{use: triton, device: "{device}"}}
judges: [strict]
metrics: [accuracy]
profilers: []
report: [json]
output: {output}
"""


class Failed(Exception):
    """A run that did not end well; says what it printed."""


@dataclass
class Done:
    """A finished run."""
    records: list[dict]
    planned: int
    manifest: dict


@dataclass
class Bench:
    """Where and on what runs are made."""
    program: str
    device: str
    work: Path
    only: list[str]
    resume: bool

    def run(self, name: str, model: str, seed: int = 0, suite: str = "operators") -> Done:
        """A run of one model on a suite, from a config made here."""
        self.work.mkdir(parents=True, exist_ok=True)
        folder = self.work / name
        where = f", where: {{names: {json.dumps(self.only)}}}" if self.only else ""
        config = self.work / f"{name}.yaml"
        config.write_text(CONFIG.format(name=name, secret=secret(seed), where=where, model=model, device=self.device,
                                        suite=suite, output=json.dumps(str(folder))), encoding="utf-8")
        return self.start(name, [str(config)])

    def start(self, name: str, words: list[str]) -> Done:
        """`touchstone run` with these words, in the folder of that name."""
        folder = self.work / name
        if not self.resume:
            shutil.rmtree(folder, ignore_errors=True)
        print(f"{name} …", file=sys.stderr, flush=True)
        ended = subprocess.run([self.program, "run", *words, "--output", str(folder), "--json"],
                               stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        if ended.returncode != 0:
            raise Failed(f"{name}: touchstone run {' '.join(words)} ended with {ended.returncode} (it says why above)")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return Done(findings.read_records(folder / "records.jsonl"), json.loads(ended.stdout)["planned"], manifest)


def secret(seed: int) -> str:
    """The judging secret of a seed: the same everywhere, so that a figure can be had again."""
    return hashlib.sha256(f"touchstone acceptance {seed}".encode()).hexdigest()


def goldens(bench: Bench, options: argparse.Namespace) -> tuple[dict, list[str], bool]:
    found = findings.Goldens()
    manifest: dict = {}
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        done = bench.run(f"goldens-{seed}", "{use: golden}", seed)
        manifest = manifest or done.manifest
        findings.add_goldens(found, done.records, done.planned, seed)
    return manifest, summary.goldens_text(found, options.seeds), bool(found.calls and not found.accused + found.open)


def nulls(bench: Bench, options: argparse.Namespace) -> tuple[dict, list[str], bool]:
    done = bench.run("nulls", '{use: "null"}', options.first_seed)
    found = findings.find_nulls(done.records, done.planned)
    return done.manifest, summary.nulls_text(found), bool(
        found.outcomes and not found.passed + found.library + found.open)


def mutants(bench: Bench, options: argparse.Namespace) -> tuple[dict, list[str], bool]:
    source = Path(options.mutants).resolve() if options.mutants else make_mutants(bench.work)
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if not bench.only or row["id"] in bench.only]
    file = bench.work / "mutants-asked.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = bench.run("mutants", f"{{use: replay, file: {json.dumps(str(file))}}}", options.first_seed)
    found = findings.find_mutants(done.records, rows, done.manifest["devices"][0]["family"])
    return done.manifest, summary.mutants_text(found), bool(rows and not found.missed + found.open)


def references(bench: Bench, options: argparse.Namespace) -> tuple[dict, list[str], bool]:
    found = findings.References()
    manifest: dict = {}
    for seed in range(options.first_seed, options.first_seed + options.seeds):
        done = bench.run(f"references-{seed}", "{use: golden}", seed, "tritonbench")
        manifest = manifest or done.manifest
        findings.add_references(found, done.records, done.planned, seed)
    return manifest, summary.references_text(found, options.seeds), bool(found.right and not found.accused + found.open)


def published(bench: Bench, options: argparse.Namespace) -> tuple[dict, list[str], bool]:
    done = bench.start("published", [str(shipped(bench, "tritonbench/t_published.yaml")), "--set",
                                     f"secret={secret(options.first_seed)}", "--set", f"runtime.device={bench.device}"])
    other = findings.read_records(Path(options.against) / "records.jsonl") if options.against else []
    found = findings.find_published(done.records, done.planned, other, bench.device == "cpu")
    return done.manifest, summary.published_text(found, options.against), not found.open and None not in found.differing


def kills(bench: Bench, options: argparse.Namespace) -> tuple[dict, list[str], bool]:
    words = [str(shipped(bench, "quickstart.yaml")), "--set", f"secret={secret(options.first_seed)}", "--set",
             f"runtime.device={bench.device}"]
    calm = bench.start("calm", words)
    found = interruptions.kill([bench.program, "run", *words], bench.work / "killed", calm.records, options.kills)
    return calm.manifest, summary.kills_text(found), not found.wrong


def shipped(bench: Bench, config: str) -> Path:
    """A config beside the program, in the bundle or in the build tree."""
    return Path(bench.program).resolve().parents[1] / "share/touchstone/configs" / config


def make_mutants(work: Path) -> Path:
    """Writes the answers by the maker's own program; its message says what it lacks."""
    work.mkdir(parents=True, exist_ok=True)
    file = work / "mutants.jsonl"
    made = subprocess.run([sys.executable, str(ROOT / "tests/mutants/make.py"), str(file)], stderr=subprocess.PIPE,
                          text=True)
    if made.returncode != 0:
        last = (made.stderr.strip().splitlines() or ["no message"])[-1]
        raise Failed(f"tests/mutants/make.py: {last}\n  → make the file where PyYAML is, and name it: --mutants FILE")
    return file


STEPS = {"goldens": goldens, "nulls": nulls, "mutants": mutants, "references": references, "published": published,
         "kills": kills}


def newest_binary() -> str:
    built = sorted(ROOT.glob("build/*/bin/touchstone"), key=lambda path: path.stat().st_mtime)
    if not built:
        raise Failed("there is no build/*/bin/touchstone\n  → build it, or name it: --bin FILE or TOUCHSTONE_BIN")
    return str(built[-1])


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="+", choices=list(STEPS), metavar="STEP")
    parser.add_argument("--bin", default=os.environ.get("TOUCHSTONE_BIN"), metavar="FILE", help="the program")
    parser.add_argument("--device", default="cpu", help="as runtime.device of a config: cpu, cuda, cuda:0")
    parser.add_argument("--seeds", type=int, default=5, help="how many secrets goldens and references are judged under")
    parser.add_argument("--first-seed", type=int, default=0, help="the first of them; other steps use it alone")
    parser.add_argument("--mutants", metavar="FILE", help="answers that tests/mutants/make.py wrote")
    parser.add_argument("--against", metavar="RUN", help="a run of `published` on another device")
    parser.add_argument("--kills", type=int, default=40, help="how often the quick start is killed")
    parser.add_argument("--only", default="", metavar="OPERATOR,…", help="these operators alone")
    parser.add_argument("--work", default="runs/acceptance", metavar="DIR", help="where runs are kept")
    parser.add_argument("--resume", action="store_true", help="go on with the runs under --work, not start anew")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    options = parse(words)
    good = True
    try:
        only = [name for name in options.only.split(",") if name]
        work = Path(options.work).resolve() / options.device.replace(":", "-")
        bench = Bench(options.bin or newest_binary(), options.device, work, only, options.resume)
        headed = False
        for step in options.steps:
            manifest, text, fine = STEPS[step](bench, options)
            if not headed:
                print("\n".join(summary.heading(manifest, datetime.date.today().isoformat())), end="\n\n")
                headed = True
            print("\n".join(text), end="\n\n", flush=True)
            good = good and fine
    except Failed as error:
        print(f"accept.py: {error}", file=sys.stderr)
        return 4
    print("Accepted." if good else "**Not accepted.**")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
