"""How much a task's calls ask for: is the reference the same when it runs again, and would the judge see it if a part
of an argument were ignored? That is asked of the judge itself: what the reference gives without the part is compared
with what it should give, as if a candidate had given it."""
from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

import torch

import hardware
from calls import Arguments, Plan
from compare import Got, find
from copies import map_tensors, storage_key, tensors_of
from expect import Expectation, NotJudged
from ignored import Part, parts_of, put, wide_of
from judge import judge_property
from modes import Poison
from outcome import Finding
from runs import Run, differentiable, fresh, leaves_of, names_of, parameters, run, same_bytes

ENOUGH = 10.0        # bounds by which ignoring a part must move an output
FAR = 1e9            # where no number says how far: another integer, shape or finiteness, a property that fails
FILLS = (21, 42, 85)  # of uninitialised memory: the first is the one of the reference's own run


@dataclass
class Moved:
    """The most that ignoring one part at one place moved any call so far."""
    ratio: float | None = None
    case: str | None = None
    why: str = ""  # nothing is known

    def by(self, ratio: float, case: str) -> bool:
        """Is that enough?"""
        if self.ratio is None or ratio > self.ratio:
            self.ratio, self.case = ratio, case
        return self.ratio >= ENOUGH


@dataclass
class Row:
    argument: str
    part: str
    places: dict[str, Moved] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As the reply tells it: the place that moves least is what counts."""
        where, least = min(self.places.items(), key=lambda item: -1.0 if item[1].ratio is None else item[1].ratio)
        said = least.why if least.ratio is None else where if least.ratio < ENOUGH else ""
        return {"argument": self.argument, "part": self.part, "moved": least.ratio, "case": least.case, "note": said}


def examine(plan: Plan, expected: Callable[[int], Expectation]) -> dict[str, Any]:
    """All check and redrawn calls, the smallest first; a part is done with at the first call that shows it."""
    return Examination(plan, expected).all()


class Examination:
    def __init__(self, plan: Plan, expected: Callable[[int], Expectation]) -> None:
        self.plan, self.expected = plan, expected
        self.indices = [c.index for c in plan.calls if c.phase in ("check", "redrawn") and not c.raises]
        self.wide: dict[str, set[tuple[str, int]]] = {}  # by entry
        self.rows: dict[tuple, Row] = {}
        self.unstable: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self._answered: list[tuple[dict, Any]] = []

    def all(self) -> dict[str, Any]:
        for index in sorted(self.indices, key=self._measure):
            self._call(self.expected(index))
        entries = {entry: list(parameters(function)) for entry, function in self.plan.reference.items()}
        order = [name for names in entries.values() for name in names]
        place = {name: at for at, name in reversed(list(enumerate(order)))}
        rows = sorted(self.rows.values(), key=lambda r: place.get(r.argument.split(".")[-1].split("[")[0], len(order)))
        return {"calls": len(self.indices), "parameters": entries, "parts": [row.told() for row in rows],
                "unstable": sorted(self.unstable, key=lambda item: item["call"]), "notes": self.notes}

    def _measure(self, index: int) -> int:
        expected = self.expected(index)
        wide = wide_of(leaves_of(expected.function, expected.arguments))
        self.wide.setdefault(expected.call.entry, set()).update(wide)
        return expected.bytes

    def _call(self, expected: Expectation) -> None:
        """One call: stability, then whatever part no call has shown yet."""
        if expected.function is None:
            return self._note(expected, "there is no reference to run")
        try:
            if not self._is_stable(expected):
                return None
            for part, moved in self._open_parts(expected):
                self._ignore(expected, part, moved)
        except NotJudged as error:
            self._note(expected, str(error))
        return None

    def _note(self, expected: Expectation, text: str) -> None:
        self.notes.append(f"{expected.call.case}: {text}"[:300])

    # -------------------------------------------------------------------------------------------------- the reference

    def _is_stable(self, expected: Expectation) -> bool:
        """Told where it is not; false where nothing can be learned from this call, for even the reference is wrong."""
        first = expected.flatten(expected.work)
        for fill in FILLS[1:]:
            try:
                again = self._run(expected, fresh(expected.arguments), fill)
            except Exception as error:
                if hardware.is_lost(error):
                    raise
                raise NotJudged(f"the reference fails when it runs again: {type(error).__name__}: {error}") from error
            what = first_difference(first, expected.flatten(again))
            if what:
                self.unstable.append({"call": expected.call.index, "case": expected.call.case, "what": what})
                break
        if self._distance(expected, again, expected.named) < ENOUGH:
            return True
        self._note(expected, "the reference's own result is judged wrong")
        return False

    def _run(self, expected: Expectation, arguments: Arguments, fill: int = FILLS[0]) -> Run:
        """The reference with the seeds and, where they fit, the cotangents of its own run."""
        def draw(result: Any) -> list[torch.Tensor]:
            made = differentiable(result)
            kept = expected.cotangents + made[len(expected.cotangents):]
            return [c if c.shape == t.shape else torch.zeros_like(t) for c, t in zip(kept, made)]

        return run(expected.function, arguments, expected.rng, Poison(fill),
                   cotangents=draw if expected.call.backward else None)

    # ------------------------------------------------------------------------------------------------------ the parts

    def _open_parts(self, expected: Expectation) -> Iterator[tuple[Part, Moved]]:
        """Those that no call has shown yet, each with what is known of it."""
        keys = [storage_key(tensor) for _, tensor in expected.named]
        leaves = leaves_of(expected.function, expected.arguments)
        for part in parts_of(leaves, self.wide[expected.call.entry]):
            moved, leaf = self._moved(expected, part), leaves[part.position][1]
            if (moved.ratio or 0) >= ENOUGH:
                continue
            if isinstance(leaf, torch.Tensor) and keys.count(storage_key(leaf)) > 1:
                moved.why = moved.why or "shares its memory with another argument"
                continue
            yield part, moved

    def _moved(self, expected: Expectation, part: Part) -> Moved:
        several = len(self.plan.reference) > 1
        name = f"{expected.call.entry}.{part.argument}" if several else part.argument
        row = self.rows.setdefault((name, part.part), Row(name, part.part))
        return row.places.setdefault(part.where, Moved())

    def _ignore(self, expected: Expectation, part: Part, moved: Moved) -> None:
        """Try what can stand in the part's place until something shows."""
        for value in part.values():
            given = put(expected.function, expected.arguments, part.position, value)
            before = names_of(expected.function, fresh(given))
            done = self._try(expected, given, moved)
            if done and moved.by(self._distance(expected, done, before), expected.call.case):
                return
        if part.argument in expected.mutated:
            self._leave(expected, part, moved)

    def _try(self, expected: Expectation, given: Arguments, moved: Moved) -> Run | None:
        """None where the reference raises, which is out of its domain then: no evidence either way."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if expected.device.type != "cpu":  # what is refused there may end the process: asked here first
                    run(expected.function, map_tensors(given, in_main_memory), expected.rng)
                return self._run(expected, given)
        except Exception as error:
            if hardware.is_lost(error):
                raise
            moved.why = f"the reference fails without it: {type(error).__name__}: {error}".splitlines()[0][:200]
            return None

    def _leave(self, expected: Expectation, part: Part, moved: Moved) -> None:
        """An argument that is returned, whatever it held, is there to be written: who ignores a part of it leaves that
        as it was."""
        done = self._run(expected, fresh(expected.arguments))
        target = dict(names_of(expected.function, done.after))[part.argument]
        if any(tensor is target for tensor in tensors_of(done.result)):
            was = dict(expected.named)[part.argument]
            target.detach()[part.region] = was.detach()[part.region]
            moved.by(self._distance(expected, done, expected.named), expected.call.case)

    def _distance(self, expected: Expectation, done: Run, before: list[tuple[str, torch.Tensor]]) -> float:
        """By how many bounds the judge finds this off, as a candidate's."""
        after, result = put_back(expected, done, before)
        got = Got(result, after, [gradient for _, gradient in done.gradients] if expected.call.backward else None)
        if self.plan.check:
            findings, passed = [judge_property(expected, got, self._earlier(expected.call.index))], {}
        else:
            findings, passed = find(expected, got)
        return max(map(distance, [Finding("passed", "", passed), *findings]))

    def _earlier(self, index: int) -> list[tuple[dict, Any]]:
        """The calls before, as a right candidate answers them."""
        for at in range(len(self._answered), index):
            expected = self.expected(at)
            self._answered.append((expected.by_name(expected.call.build()), expected.work.result))
        return self._answered[:index]


def in_main_memory(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().cpu().requires_grad_(tensor.requires_grad)


def distance(finding: Finding) -> float:
    ratio = finding.details.get("ratio", 0.0 if finding.outcome == "passed" else FAR)
    if isinstance(ratio, (int, float)):
        return min(float(ratio), FAR)
    return 0.0 if finding.outcome == "passed" else FAR  # 0 of a bound of 0; or what is not finite


def first_difference(one: list[tuple[str, Any]], other: list[tuple[str, Any]]) -> str | None:
    """The path of the first leaf whose bits differ, or None."""
    if [path for path, _ in one] != [path for path, _ in other]:
        return "the result's structure"
    for (path, a), (_, b) in zip(one, other):
        if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
            if a.dtype != b.dtype or a.shape != b.shape or not same_bytes(dense(a), dense(b)):
                return path
        elif type(a) is not type(b) or isinstance(a, (bool, int, float, str)) and repr(a) != repr(b):
            return path
    return None


def dense(tensor: torch.Tensor) -> torch.Tensor:
    """The elements alone, without what lies between them."""
    plain = tensor.detach() if tensor.layout == torch.strided else tensor.detach().to_dense()
    return plain.resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)


def put_back(expected: Expectation, done: Run, before: list) -> tuple[list[tuple[str, torch.Tensor]], Any]:
    """The arguments after the call, and its result, of a candidate that was given the originals: what is not written
    is theirs."""
    kept = names_of(expected.function, fresh(expected.arguments))
    written, own = set(expected.mutated), {}
    for (name, mine), (_, was), (_, now) in zip(kept, before, names_of(expected.function, done.after)):
        if name in written or not same_bytes(dense(was), dense(now)):
            mine.detach().copy_(now.detach())
        else:
            own[id(now)] = mine
    return kept, map_tensors(done.result, lambda tensor: own.get(id(tensor), tensor))
