"""What records say about the judge: goldens accused, null answers let through, mutants missed. Pure functions.

A record is one line of a run's records.jsonl, parsed. `accused`, `passed` and `missed` are the judge's mistakes;
`open` is what was planned and came to no verdict: it is never counted as a success.
"""
from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import devices

UNSCORED = {"not_judged", "infrastructure"}
# No kernel was judged: of a mutant this says nothing about the judge.
NOTHING_JUDGED = {"no_code", "generation_error", "no_entry"}
RIGHT_VALUES = {"passed", "not_triton"}


@dataclass
class Line:
    """One finding, fit for a list: where it was found, and why."""
    where: str
    outcome: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: `{self.outcome}` {' '.join(self.reason.split())}"


@dataclass
class Goldens:
    calls: int = 0
    samples: int = 0
    failed_calls: int = 0
    by_operator: Counter = field(default_factory=Counter)
    accused: list[Line] = field(default_factory=list)
    open: list[Line] = field(default_factory=list)


@dataclass
class Nulls:
    outcomes: dict[str, dict[str, str]] = field(default_factory=dict)  # operator → answer → outcome
    passed: list[Line] = field(default_factory=list)
    library: list[Line] = field(default_factory=list)  # not_triton: right by value, so the cases are weak
    open: list[Line] = field(default_factory=list)


@dataclass
class Mutants:
    listed: int = 0
    caught: Counter = field(default_factory=Counter)  # outcome → number
    missed: list[Line] = field(default_factory=list)
    explained: list[Line] = field(default_factory=list)  # they pass, and the list says why
    doubtful: list[Line] = field(default_factory=list)  # caught, though the list excuses them
    open: list[Line] = field(default_factory=list)


@dataclass
class References:
    samples: int = 0
    right: int = 0  # not_triton: the values are right, no kernel is its own
    views: set[str] = field(default_factory=set)  # passed, for there is nothing to compute
    not_judged: dict[str, str] = field(default_factory=dict)  # task → reason
    accused: list[Line] = field(default_factory=list)
    open: list[Line] = field(default_factory=list)


@dataclass
class Published:
    outcomes: dict[str, Counter] = field(default_factory=dict)  # model → outcome → number
    compared: int = 0
    differing: dict[str | None, list[Line]] = field(default_factory=dict)  # cause → samples; None: no cause is known
    open: list[Line] = field(default_factory=list)


def read_records(path: Path) -> list[dict]:
    """The last record of every sample, in the order of their first."""
    latest: dict[str, dict] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        latest[record["key"]] = record
    return list(latest.values())


def verdict(record: dict) -> dict:
    """The last attempt's verdict; `infrastructure` where there is none."""
    verdicts = record["attempts"][-1]["verdicts"] if record["attempts"] else []
    return verdicts[0] if verdicts else {"outcome": "infrastructure", "reason": "no verdict", "details": None}


def call_counts(record: dict) -> tuple[int, int]:
    """(calls judged, of them failed). An attempt refused as a whole has failed in at least one call."""
    said = verdict(record)
    details = said.get("details") or {}
    calls = details.get("calls") or len(record["attempts"][-1]["execution"]["calls"]) or 1
    return calls, 0 if said["outcome"] == "passed" else details.get("failed") or 1


def missing(records: list[dict], planned: int, where: str) -> list[Line]:
    if len(records) == planned:
        return []
    return [Line(where, "missing", f"{planned} samples were planned, {len(records)} have a record")]


def add_goldens(found: Goldens, records: list[dict], planned: int, seed: int) -> None:
    found.open += missing(records, planned, f"seed {seed}")
    for record in records:
        said = verdict(record)
        line = Line(f"{record['task']}, seed {seed}", said["outcome"], said["reason"])
        if said["outcome"] in UNSCORED:
            found.open.append(line)
            continue
        calls, failed = call_counts(record)
        found.calls += calls
        found.failed_calls += failed
        found.samples += 1
        found.by_operator[record["task"]] += calls
        if said["outcome"] != "passed":
            found.accused.append(line)


def find_nulls(records: list[dict], planned: int) -> Nulls:
    found = Nulls(open=missing(records, planned, "nulls"))
    for record in records:
        said = verdict(record)
        origin = record["attempts"][-1]["completion"].get("origin") or {} if record["attempts"] else {}
        answer = origin.get("answer", f"draw {record['draw']}")
        found.outcomes.setdefault(record["task"], {})[answer] = said["outcome"]
        line = Line(f"{record['task']}, {answer}", said["outcome"], said["reason"])
        if said["outcome"] == "passed":
            found.passed.append(line)
        elif said["outcome"] == "not_triton":
            found.library.append(line)
        elif said["outcome"] in UNSCORED | NOTHING_JUDGED:
            found.open.append(line)
    return found


def excuse(row: dict, family: str) -> str | None:
    """Why the list lets this mutant pass on a device of this family; None where it must be caught."""
    if row.get("equivalent"):
        return "equivalent: " + row["equivalent"]
    if row.get("only") and row["only"] != family:
        return f"only on {row['only']}: {row['reason']}"
    return None


def find_mutants(records: list[dict], rows: list[dict], family: str) -> Mutants:
    """`rows` are the answers that were replayed: the k-th row of an operator is its draw k."""
    found = Mutants(listed=len(rows))
    by_draw = {(record["task"], record["draw"]): record for record in records}
    draws: Counter = Counter()
    for row in rows:
        record = by_draw.pop((row["id"], draws[row["id"]]), None)
        draws[row["id"]] += 1
        add_mutant(found, row, record, excuse(row, family))
    found.open += [Line(f"{task}, draw {draw}", "unlisted", "a record of no row") for task, draw in by_draw]
    return found


def add_mutant(found: Mutants, row: dict, record: dict | None, reason: str | None) -> None:
    where = f"{row['id']}, {row['mutant']}"
    if record is None or record.get("note") != row["mutant"]:
        found.open.append(Line(where, "missing", "no record of this row"))
        return
    said = verdict(record)
    line = Line(where, said["outcome"], said["reason"])
    if said["outcome"] in UNSCORED | NOTHING_JUDGED:
        found.open.append(line)
    elif said["outcome"] == "passed":
        (found.explained if reason else found.missed).append(Line(where, "passed", reason or said["reason"]))
    else:
        found.caught[said["outcome"]] += 1
        if reason:
            found.doubtful.append(line)


def add_references(found: References, records: list[dict], planned: int, seed: int) -> None:
    found.open += missing(records, planned, f"seed {seed}")
    for record in records:
        said, task = verdict(record), record["task"]
        line = Line(f"{task}, seed {seed}", said["outcome"], said["reason"])
        found.samples += 1
        if said["outcome"] == "infrastructure":
            found.open.append(line)
        elif said["outcome"] == "not_judged":
            found.not_judged[task] = said["reason"]
        elif said["outcome"] == "not_triton":
            found.right += 1
        elif said["outcome"] == "passed" and "metadata" in ((said.get("details") or {}).get("tags") or []):
            found.views.add(task)
        else:
            found.accused.append(line)


def find_published(records: list[dict], planned: int, other: list[dict], on_cpu: bool = True) -> Published:
    """`other` are the records of the same plan on the other kind of device, or none; `on_cpu`: these are the CPU's."""
    found = Published(open=missing(records, planned, "published"))
    there = {(record["model"], record["task"], record["draw"]): record for record in other}
    for record in records:
        said = verdict(record)
        found.outcomes.setdefault(record["model"], Counter())[said["outcome"]] += 1
        if said["outcome"] == "infrastructure":
            found.open.append(Line(f"{record['model']}, {record['task']}", said["outcome"], said["reason"]))
        theirs = there.get((record["model"], record["task"], record["draw"]))
        if theirs is None:
            continue
        found.compared += 1
        if verdict(theirs)["outcome"] == said["outcome"]:
            continue
        cause = devices.explain(*((record, theirs) if on_cpu else (theirs, record)))
        line = Line(f"{record['model']}, {record['task']}", said["outcome"],
                    f"{said['reason'][:160]} — there `{verdict(theirs)['outcome']}` {verdict(theirs)['reason'][:160]}")
        found.differing.setdefault(cause, []).append(line)
    return found


def upper_bound(calls: int) -> float:
    """Upper 95 % bound of a rate of which `calls` independent trials showed no case: 1 - 0.05^(1/n)."""
    return 1.0 if calls < 1 else 1 - 0.05 ** (1 / calls)
