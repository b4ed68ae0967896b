"""SIGKILL at random moments of a run: what was finished stays, what was in flight is done again, nothing is left."""
from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from findings import read_records

PATIENCE = 10.0     # seconds for a killed run's processes to end, which takes milliseconds
MOST_SECONDS = 8.0  # a run is killed before
MOST_ROUNDS = 200   # runs that end before they are killed show nothing
KILLS_A_RUN = 8     # then a run may end by itself


@dataclass
class Killed:
    kills: int = 0
    rounds: int = 0
    records: int = 0
    processes: int = 0
    wrong: list[str] = field(default_factory=list)


def kill(command: list[str], work: Path, expected: list[dict], times: int) -> Killed:
    """Starts `command` again and again, kills it `times` times in all, and compares what each run comes to."""
    found, moments = Killed(records=len(expected)), random.Random(20261125)
    shutil.rmtree(work, ignore_errors=True)
    homes = [work / name for name in ("tmp", "home")]
    for home in homes:
        home.mkdir(parents=True)
    shared = set(os.listdir("/dev/shm"))
    environment = {"XDG_CACHE_HOME": str(Path.home() / ".cache"), **os.environ,
                   "TMPDIR": str(homes[0]), "HOME": str(homes[1])}
    while found.kills < times and not found.wrong and found.rounds < MOST_ROUNDS:
        found.rounds += 1
        one_run([*command, "--output", str(work / "run")], work / "run", environment, found, moments, times)
        compare(work / "run", expected, found)
        shutil.rmtree(work / "run", ignore_errors=True)
        print(f"{found.kills} kills, {found.rounds} runs …", file=sys.stderr, flush=True)
    if found.kills < times and not found.wrong:
        found.wrong.append("runs end before they are killed")
    found.wrong += [f"left in {home.name}: {name}" for home in homes for name in os.listdir(home)]
    found.wrong += [f"left in /dev/shm: {name}" for name in set(os.listdir("/dev/shm")) - shared]
    return found


def one_run(command: list[str], folder: Path, environment: dict, found: Killed, moments: random.Random,
            times: int) -> None:
    """One run folder: killed up to KILLS_A_RUN times, then let end."""
    lines = kills = 0
    said = folder.with_suffix(".log")  # a file: what outlives the host must not hold us up
    while True:
        with open(said, "w", encoding="utf-8") as log:
            host = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                                    env=environment)
        if kills < KILLS_A_RUN and found.kills < times:
            try:
                host.wait(moments.uniform(0, MOST_SECONDS))
            except subprocess.TimeoutExpired:
                pass
        family = descendants(host.pid)
        if host.poll() is None and kills < KILLS_A_RUN and found.kills < times:
            host.kill()
        if host.wait() == 0:
            return
        if host.returncode != -9:
            found.wrong.append(f"ended with {host.returncode}: {said.read_text(encoding='utf-8')[-300:].strip()}")
            return
        kills, found.kills, found.processes = kills + 1, found.kills + 1, found.processes + len(family)
        wait_for_end(family, found)
        now = whole_lines(folder)
        if now < lines:
            found.wrong.append(f"{lines - now} finished records are gone")
        lines = now


def whole_lines(folder: Path) -> int:
    path = folder / "records.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def compare(folder: Path, expected: list[dict], found: Killed) -> None:
    if not found.wrong and told(read_records(folder / "records.jsonl")) != told(expected):
        found.wrong.append(f"run {found.rounds} came to other records")
    if (folder / "scratch").exists() and any((folder / "scratch").iterdir()):
        found.wrong.append(f"run {found.rounds} left work folders")


def told(records: list[dict]) -> set[str]:
    """Without what was only observed: times and memory."""
    return {json.dumps({key: part for key, part in record.items() if key != "observed"}, sort_keys=True)
            for record in records}


def stat(process: int) -> tuple[int, str] | None:
    """(parent, start time) of a living process."""
    try:
        parts = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if parts[0] in "ZX" else (int(parts[1]), parts[19])


def descendants(root: int) -> dict[int, str]:
    """Living processes below one, with their start times."""
    alive = {int(name): known for name in os.listdir("/proc") if name.isdigit() and (known := stat(int(name)))}
    family, grew = {root}, True
    while grew:
        more = {process for process, (parent, _) in alive.items() if parent in family} - family
        family, grew = family | more, bool(more)
    return {process: alive[process][1] for process in family - {root} if process in alive}


def wait_for_end(family: dict[int, str], found: Killed) -> None:
    deadline = time.monotonic() + PATIENCE
    while left := [p for p, started in family.items() if (known := stat(p)) and known[1] == started]:
        if time.monotonic() > deadline:
            found.wrong.append(f"{len(left)} processes outlive their host")
            return
        time.sleep(0.01)
