"""From a candidate's outputs to an outcome: container structure, shape, dtype, device, mutation, red zones, aliasing,
then values. The worst finding is the call's outcome."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

import torch

import values
from copies import storage_key
from expect import Expectation, Whole
from kinds import is_floating, numbers
from nodes import Opaque
from outcome import Finding, worst
from runs import names_of, same_bytes, storage_bytes, walk

_SEQUENCES = {tuple: "a tuple", list: "a list", dict: "a dictionary", torch.Size: "a torch.Size"}


@dataclass
class Got:
    """A candidate's outputs, decoded. `after` are its arguments after the call, in the order of Expectation.named."""
    returned: Any
    after: list[tuple[str, torch.Tensor]]
    gradients: list[torch.Tensor | None] | None = None
    timed: bool = False  # a timed call runs no backward
    damaged: list[str] = field(default_factory=list)  # arguments (or "a result") whose red zones are broken
    alias: Callable[[torch.Tensor], str | None] = lambda tensor: None  # the argument whose memory a tensor lies in


def compare(expected: Expectation, got: Got) -> Finding:
    """The verdict on one call. May raise NotJudged where the reference cannot tell."""
    findings, passed = find(expected, got)
    verdict = worst(findings)
    if verdict.outcome == "passed":
        verdict = Finding("passed", "", passed)
    elif verdict.outcome == "wrong_value":
        verdict = max((f for f in findings if f.outcome == "wrong_value"), key=lambda f: len(f.details))
    if expected.notes:
        verdict.details["notes"] = list(expected.notes)
    return verdict


def find(expected: Expectation, got: Got) -> tuple[list[Finding], dict[str, Any]]:
    """All that is wrong with one call's outputs, and the details of the right value that lies farthest off."""
    findings = shape_findings(expected, got)
    found: dict[str, Any] = {}
    if not any(f.outcome == "wrong_structure" for f in findings):
        found |= dict(walk(got.returned, "result"))
    found |= {f"argument {name} after the call": value for name, value in got.after}
    findings += _gradients(expected, got, found)
    passed: dict[str, Any] = {}
    for leaf in expected.leaves:
        path = leaf[0] if isinstance(leaf, tuple) else leaf.path
        if path in found:
            _leaf(expected, leaf, found[path], findings, passed)
        elif path.startswith("result") and not any(f.outcome == "wrong_structure" for f in findings):
            findings.append(Finding("wrong_structure", f"{path} is missing"))
    return findings, passed


def shape_findings(expected: Expectation, got: Got) -> list[Finding]:
    """All that can be told without looking at values: mutation, structure, shape, dtype, device, aliasing."""
    findings = list(_mutations(expected, got))
    if expected.function is None:
        return findings
    shaped = list(_structure(expected.work.result, got.returned, "result"))
    return findings + (shaped or list(_aliases(expected, got)))


def _leaf(expected: Expectation, leaf: Any, value: Any, findings: list[Finding], passed: dict[str, Any]) -> None:
    """Compare one value whose structure stands; shapes and dtypes that differ were told already."""
    if isinstance(leaf, tuple):
        if isinstance(leaf[1], Opaque) or value == leaf[1] or (value is None and leaf[1] is None):
            return
        findings.append(Finding("wrong_value", f"{leaf[0]} is {value!r:.60}, expected {leaf[1]!r:.60}"))
        return
    if isinstance(leaf, Whole):
        if isinstance(value, torch.Tensor) and value.shape == leaf.w.shape:
            found = values.whole(expected, leaf, value)
            findings.extend([found] if found else [])
        return
    if isinstance(value, torch.Tensor) and not is_floating(value):
        return
    y = numbers(value, leaf.r.device)
    if y.shape == leaf.r.shape:
        found = values.floating(expected, leaf, y, value)
        if found.outcome != "passed":
            findings.append(found)
        elif found.details.get("ratio", 0) >= passed.get("ratio", -1) or found.details.get("class") == "tf32":
            passed.update(found.details)


# ---------------------------------------------------------------------------------------------------------- structure

def _structure(want: Any, got: Any, path: str) -> Iterator[Finding]:
    """Differences of container, shape, dtype and device; all of them, so that the worst can be told."""
    if isinstance(want, torch.Tensor):
        yield from _tensor(want, got, path)
    elif isinstance(want, dict) and isinstance(got, dict):
        if {(type(key), key) for key in want} != {(type(key), key) for key in got}:
            yield Finding("wrong_structure", f"{path} has the keys {_some(got)}, expected {_some(want)}")
            return
        for key in want:
            yield from _structure(want[key], got[key], f"{path}[{key!r}]")
    elif isinstance(want, (list, tuple)) and isinstance(got, (list, tuple)):
        # A tuple stands for any named one: a candidate cannot make torch's own. A list does not stand for a tuple.
        if isinstance(want, tuple) != isinstance(got, tuple):
            yield Finding("wrong_structure", f"{path} is {_kind(got)}, expected {_kind(want)}")
        elif len(want) != len(got):
            yield Finding("wrong_structure", f"{path} holds {len(got)} items, expected {len(want)}")
        else:
            for index, (one, other) in enumerate(zip(want, got)):
                yield from _structure(one, other, f"{path}[{index}]")
    elif type(want) is not type(got) and not isinstance(want, Opaque):
        yield Finding("wrong_structure", f"{path} is {_kind(got)}, expected {_kind(want)}")


def _tensor(want: torch.Tensor, got: Any, path: str) -> Iterator[Finding]:
    if not isinstance(got, torch.Tensor):
        yield Finding("wrong_structure", f"{path} is {_kind(got)}, expected a tensor of {list(want.shape)}")
        return
    if want.shape != got.shape:
        yield Finding("wrong_shape", f"{path} has shape {list(got.shape)}, expected {list(want.shape)}")
    if want.dtype != got.dtype:
        yield Finding("wrong_dtype", f"{path} is {_name(got.dtype)}, expected {_name(want.dtype)}")
    if want.device.type != got.device.type:
        yield Finding("wrong_structure", f"{path} lies on {got.device.type}, expected {want.device.type}")


def _kind(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return f"a tensor of {list(value.shape)}"
    if isinstance(value, Opaque):
        return f"of type {value.type}"
    if value is None:
        return "None"
    return _SEQUENCES.get(type(value), f"of type {type(value).__name__}")


def _some(keys: Any) -> str:
    names = [repr(key) for key in keys]
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "")


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


# ------------------------------------------------------------------------------------------- arguments and gradients

def _mutations(expected: Expectation, got: Got) -> Iterator[Finding]:
    for name in got.damaged:
        yield Finding("mutated_input", f"wrote outside {name}: the memory beside it was changed (a missing mask?)")
    written = set(expected.mutated)
    storages = {storage_key(t) for name, t in expected.named if name in written}
    for (name, before), (_, after) in zip(expected.named, got.after):
        if storage_key(before) not in storages:
            if not same_bytes(before, after):
                yield Finding("mutated_input", _changed(name, before, after), {"argument": name})
        elif name in written and _gaps_changed(expected, before, after):
            yield Finding("mutated_input", f"wrote between the elements of argument {name}: its strides were ignored",
                          {"argument": name})


def _changed(name: str, before: torch.Tensor, after: torch.Tensor) -> str:
    differs = (before != after) & ~((before != before) & (after != after))
    count = int(differs.sum())
    if not count:
        return f"argument {name} was written (in memory between or behind its elements, or by equal values)"
    at = differs.nonzero()[0].tolist()
    return f"argument {name} was changed, {count} of {before.numel()} elements, the first at {at}"


def _gaps_changed(expected: Expectation, before: torch.Tensor, after: torch.Tensor) -> bool:
    """Of a storage that the entry may write: were bytes changed that belong to no argument?"""
    old, new = storage_bytes(before.detach()), storage_bytes(after.detach())
    size = before.element_size()
    if old.numel() == before.numel() * size or old.numel() != new.numel():
        return old.numel() != new.numel()
    free = torch.ones(old.numel() // size, dtype=torch.bool, device=old.device)
    for _, other in expected.named:
        if storage_key(other) == storage_key(before) and other.element_size() == size:
            free.as_strided(other.shape, other.stride(), other.storage_offset()).fill_(False)
    whole = free.numel() * size
    return bool(((old[:whole] != new[:whole]).view(-1, size).any(-1) & free).any())


def _aliases(expected: Expectation, got: Got) -> Iterator[Finding]:
    """A result that lies in an argument's memory, where the reference's does not: writing to it would change the
    argument. The other way round is no fault: a fresh copy can be used wherever a view can."""
    owners = {storage_key(t): name for name, t in _after(expected)}
    for (path, want), (_, have) in zip(walk(expected.work.result, "result"), walk(got.returned, "result")):
        if isinstance(want, torch.Tensor) and isinstance(have, torch.Tensor) and have.numel():
            owner, found = owners.get(storage_key(want)), got.alias(have)
            if found is not None and owner is None:
                where = f"{path} lies in the memory of argument {found}"
                yield Finding("wrong_structure", f"{where}, expected fresh memory")
            elif found is not None and owner != found and not _one_storage(expected, owner, found):
                yield Finding("wrong_structure", f"{path} lies in the memory of argument {found}, expected {owner}'s")


def _after(expected: Expectation) -> list[tuple[str, torch.Tensor]]:
    return names_of(expected.function, expected.work.after)


def _one_storage(expected: Expectation, first: str | None, second: str) -> bool:
    keys = {name: storage_key(t) for name, t in expected.named}
    return first in keys and keys[first] == keys.get(second)


def _gradients(expected: Expectation, got: Got, found: dict[str, Any]) -> Iterator[Finding]:
    if not expected.call.backward or (got.timed and expected.call.phase == "bench"):
        return
    wanted = expected.work.gradients
    given = got.gradients or []
    if len(given) != len(wanted):
        yield Finding("wrong_structure", f"backward gave {len(given)} gradients, expected {len(wanted)}")
        return
    for (name, want), have in zip(wanted, given):
        path = f"gradient of {name}"
        if want is not None:
            problems = list(_tensor(want, have, path))
            yield from problems
            if isinstance(have, torch.Tensor) and have.shape == want.shape:
                found[path] = have
