"""A suite's test program to a plan of calls: recorded as the program made them, and again with other contents.

What is kept, and what is said where it is not:
- only calls that the program itself makes, each once, while the task's limit of bytes and MOST_CALLS hold;
- arguments that can travel (tensors, scalars, containers, dtypes, devices, generators with their state); a call with a
  module or a callable is noted, and a task with nothing else is not judged;
- a call whose exception the program catches must raise for a candidate too; one that ends the program is left out;
- a call whose reference gives other results under another random state makes the task not judged.
The program's fresh memory is filled with JUNK, so that what it leaves unwritten in `out=` arguments is always the same.
"""
from __future__ import annotations

import types

import record_probe as probe
import redraw
from calls import Call, Plan
from draw import derive
from golden import golden_entry, load_golden
from record_program import Log, Recorded, run
from sources import entry_of, load_source

MOST_CALLS = 32
LATER = "needs the program protocol, which comes later"


def record(task: dict, device: str, seed: bytes) -> Plan:
    """`task` as in an `open` request, `device` as torch knows it here. Never raises for what the task's texts do."""
    plan = Plan(policy=dict(task["oracle"].get("policy") or {}))
    plan.fp64 = bool(task["oracle"].get("reference"))
    try:
        reference = _load(task, device)
    except Exception as error:
        plan.not_judged = f"the reference does not load: {type(error).__name__}: {error}"
        return plan
    plan.reference = {name: entry_of(reference, name) for name in task["entries"]}
    missing = [name for name, entry in plan.reference.items() if not callable(entry)]
    if missing:
        plan.not_judged = f"the reference does not define {', '.join(missing)}"
        return plan
    if not plan.fp64:
        plan.reference = {name: golden_entry(entry, device) for name, entry in plan.reference.items()}
    log = Log(device, int(task.get("limits", {}).get("bytes", 1 << 30)), MOST_CALLS)
    run(task, reference, derive(seed, "program"), log)
    plan.notes = log.notes
    _fill(plan, log, seed)
    return plan


def _load(task: dict, device: str) -> types.ModuleType:
    """The PyTorch reference where there is one, else the golden."""
    name, oracle = f"reference_of_{task['id']}", task["oracle"]
    if oracle.get("reference"):
        return load_source(name, oracle["reference"])
    return load_golden(name, oracle["golden"], device)


def _fill(plan: Plan, log: Log, seed: bytes) -> None:
    """From the log to calls, tags and the reason why there are none."""
    usable = [call for call in log.calls if not call.failed]
    if not usable:
        plan.not_judged = _nothing(log)
        return
    if all(call.raises for call in usable):
        plan.not_judged = "every recorded call must raise: whatever fails would be right"
        return
    facts = [probe.look(plan.reference[call.entry], call, derive(seed, "probe")) for call in usable]
    random = next((f"{call.entry}: {fact.random}" for call, fact in zip(usable, facts) if fact.random), None)
    if random:
        plan.tags.append("random")
        plan.not_judged = f"results are random ({random}); judging a distribution comes later"
        return
    for number, (call, fact) in enumerate(zip(usable, facts)):
        if fact.failed:
            plan.notes.append(f"call {number + 1} is left out: {fact.failed}")
        elif fact.opaque:
            plan.notes.append(f"call {number + 1} is left out: {fact.opaque}")
        else:
            _add(plan, call, f"call {number + 1}", "check", seed)
    if not plan.calls:
        plan.not_judged = f"no call can be repeated: {plan.notes[-1]}"
        return
    if plan.fp64 and not any(fact.compute for fact in facts):  # what a golden's kernels do is not seen
        plan.tags.append("metadata")
    _redraw(plan, usable, facts, seed)


def _redraw(plan: Plan, calls: list[Recorded], facts: list, seed: bytes) -> None:
    """The same calls with other contents, where the reference takes them."""
    for number, (call, fact) in enumerate(zip(calls, facts)):
        if call.raises or fact.failed or fact.opaque:
            continue
        accepts = probe.accepter(plan.reference[call.entry], fact, derive(seed, "probe"))
        drawn = redraw.redraw((call.args, call.kwargs), seed, number, accepts)
        if drawn is not None:
            again = Recorded(call.entry, *drawn, call.bytes, backward=call.backward)
            _add(plan, again, f"call {number + 1}, redrawn", "redrawn", seed)
    if not any(call.phase == "redrawn" for call in plan.calls):
        plan.tags.append("fixed inputs")


def _add(plan: Plan, call: Recorded, case: str, phase: str, seed: bytes) -> None:
    plan.calls.append(Call(len(plan.calls), call.entry, case, phase, call.fresh, call.backward, call.raises,
                           derive(seed, "reference", case)))


def _nothing(log: Log) -> str:
    if any("cannot travel" in note for note in log.notes):
        return f"{LATER}: {next(note for note in log.notes if 'cannot travel' in note)}"
    return "; ".join(log.notes) if log.notes else "the test program never calls an entry"
