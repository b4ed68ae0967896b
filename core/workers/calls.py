"""What `open` makes of a task: a plan of calls that the checker hands out, judges and times one by one.

Two makers, one shape: `cases.plan(task, device, seed)` for declared cases and `record.record(task, device, seed)` for
test programs; `task` is the decoded `task` memfd of an `open` request, `device` text such as "cpu" or "npu:0", `seed`
bytes. Both return a Plan and never raise for a task that is badly written: they set `not_judged` and say why.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable

Arguments = tuple[tuple, dict]  # positional, by name


@dataclass
class Call:
    """One invocation of an entry. `build` gives fresh arguments each time: nothing that it returned before is reused,
    views and shared storage are kept as they were at the call, and its contents are always the same."""

    index: int                      # position in Plan.calls
    entry: str
    case: str                       # name of the case, for a person
    phase: str                      # check | redrawn | bench
    build: Callable[[], Arguments]
    backward: bool = False          # also run backward from random cotangents and judge the gradients
    raises: str | None = None       # type of the exception that the reference raised: the candidate must raise too
    rng: int | None = None          # torch.manual_seed before every run of the reference; None: derived from the seed


@dataclass
class Plan:
    calls: list[Call] = field(default_factory=list)
    reference: dict[str, Callable] = field(default_factory=dict)  # entry -> what results are compared with
    baseline: dict[str, Callable] = field(default_factory=dict)   # entry -> what is timed, where not the reference
    check: dict[str, Callable] = field(default_factory=dict)      # entry -> property (arguments, result, earlier)
    fp64: bool = True               # False: the reference cannot run in fp64 (a Triton golden): golden-only bound
    policy: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)                 # e.g. "fixed inputs"
    not_judged: str | None = None


def held(args: tuple, kwargs: dict) -> Callable[[], Arguments]:
    """A `build` for arguments that exist already: it keeps its own copy, made now, and gives copies of that."""
    from copies import copy_tree
    kept = copy_tree((tuple(args), dict(kwargs)))
    return lambda: copy_tree(kept)
