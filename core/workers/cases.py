"""Declared cases (operators/README.md) to calls."""
from __future__ import annotations

import functools
import hashlib
import math
from typing import Any

import torch

from calls import Arguments, Call, Plan
from copies import map_tensors, tensors_of
from draw import BadSpec, bytes_of, draw, dtype_of, nearest, number
from runs import parameters
from sources import load_source

REDRAWN = 2  # check cases that are called once more with other contents: who keeps results by shape shows
_CASE_KEYS = {"name", "arguments", "entry", "note"}


def plan(task: dict, device: str, seed: bytes) -> Plan:
    """All check cases, the first few once more with other contents, then all bench cases. A fault in the task's files
    is told in `not_judged`, never raised."""
    oracle = task.get("oracle") or {}
    made = Plan(policy=dict(oracle.get("policy") or {}))
    try:
        _load_entries(task, oracle, made)
        cases = oracle.get("cases") or {}
        checks, benches = (list(enumerate(cases.get(phase) or [])) for phase in ("check", "bench"))
        for position, case in checks:
            _add_case(made, task, device, seed, "check", position, case)
        large = [(at, case) for at, case in checks if _is_large(list((case.get("arguments") or {}).values()))]
        for position, case in large[:REDRAWN]:
            _add_case(made, task, device, seed, "redrawn", position, case)
        for position, case in benches:
            _add_case(made, task, device, seed, "bench", position, case)
        if not made.calls:
            raise BadSpec("cases: none that can be judged here")
        if made.policy.get("work") == "none":
            made.tags.append("metadata")
    except BadSpec as error:
        made.calls, made.not_judged = [], f"{task.get('id')}: {error}"
    return made


def _load_entries(task: dict, oracle: dict, made: Plan) -> None:
    text, file = oracle.get("reference"), "reference.py"
    if not text:
        text, file, made.fp64 = oracle.get("golden"), "golden.py", False
    if not text:
        raise BadSpec("neither reference.py nor golden.py is given")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    try:
        module = load_source(f"reference_{digest}", text)
    except Exception as error:  # the task's own code: whatever it raises is a fault of the task
        raise BadSpec(f"{file} does not load: {type(error).__name__}: {error}") from error
    for entry in task.get("entries") or []:
        if callable(getattr(module, entry, None)):
            made.reference[entry] = getattr(module, entry)
        elif not made.policy.get("property"):
            raise BadSpec(f"{file} does not define the entry {entry}")
        if callable(getattr(module, f"{entry}_baseline", None)):
            made.baseline[entry] = getattr(module, f"{entry}_baseline")
        if made.policy.get("property"):
            if not callable(getattr(module, "check", None)):
                raise BadSpec(f"{file} does not define check(arguments, result, earlier), though policy says property")
            made.check[entry] = module.check
    if not task.get("entries"):
        raise BadSpec("no entry is named")


def _is_large(value: Any) -> bool:
    """A drawn tensor of some size, or a list with one: worth drawing twice."""
    if isinstance(value, list):
        return any(_is_large(item) for item in value)
    return isinstance(value, dict) and "tensor" in value and math.prod(value["tensor"]) > 16


def _add_case(made: Plan, task: dict, device: str, seed: bytes, phase: str, position: int, case: dict) -> None:
    name = str(case.get("name") or f"{phase} {position}") + (", redrawn" if phase == "redrawn" else "")
    place = f"case {name!r}"
    for key in case:
        if key not in _CASE_KEYS:
            raise BadSpec(f"{place}: {key}: no such key{nearest(key, _CASE_KEYS)}")
    entry = case.get("entry") or task["entries"][0]
    if entry not in made.reference and entry not in made.check:
        raise BadSpec(f"{place}: entry: unknown {entry!r}{nearest(entry, task['entries'])}")
    arguments = case.get("arguments")
    if not isinstance(arguments, dict):
        raise BadSpec(f"{place}: arguments: must map names to arguments")
    limit = (task.get("limits") or {}).get("bytes") or 0
    needed = sum(_measure(value, f"{place}: {key}") for key, value in arguments.items())
    if limit and needed > limit:
        made.notes.append(f"{place} left out: its arguments need {needed} bytes, the limit is {limit}")
        return
    path = (task.get("id"), phase, position)
    order = parameters(made.reference.get(entry))  # by position: a candidate may name its parameters as it likes
    backward = bool(made.policy.get("backward")) and any(_wants_grad(value) for value in arguments.values())

    def drawn() -> dict[str, Any]:
        return _drawn(arguments, seed, path, place)

    if phase == "bench" and device != "cpu":  # drawing them takes longer than timing them, and each is built again
        drawn = functools.cache(drawn)        # when it is judged and timed; the copies on the device are fresh

    def build() -> Arguments:
        return _arguments(arguments, order, device, drawn(), place)

    if needed <= 1 << 20:
        build()  # small ones are tried at once, so that a fault shows at open and not in the middle of a run
    made.calls.append(Call(len(made.calls), entry, name, phase, build, backward=backward))


def _measure(value: Any, place: str) -> int:
    if isinstance(value, list):
        return sum(_measure(item, place) for item in value)
    if not isinstance(value, dict) or "tensor" not in value:
        return 0
    try:
        return bytes_of(value)
    except BadSpec as error:
        raise BadSpec(f"{place}: {error}") from None


def _wants_grad(value: Any) -> bool:
    if isinstance(value, list):
        return any(_wants_grad(item) for item in value)
    return isinstance(value, dict) and bool(value.get("grad"))


def _drawn(specs: dict, seed: bytes, path: tuple, place: str) -> dict[str, Any]:
    """Values by name, in main memory; what is the same as another is none of them."""
    values: dict[str, Any] = {}
    for name, spec in specs.items():
        if isinstance(spec, dict) and "same_as" in spec:
            continue
        try:
            values[name] = _value(spec, seed, (*path, name))
        except (BadSpec, RuntimeError) as error:
            raise BadSpec(f"{place}: {name}: {error}") from None
    return values


def _arguments(specs: dict, order: list[str], device: str, drawn: dict[str, Any], place: str) -> Arguments:
    values = {name: _to_device(value, device) for name, value in drawn.items()}
    for name, other in ((name, spec["same_as"]) for name, spec in specs.items() if name not in drawn):
        if len(specs[name]) != 1 or other not in values:
            raise BadSpec(f"{place}: {name}: same_as: must stand alone and name another argument, not {other!r}")
        values[name] = values[other]
    positional = []
    for name in order:
        if name not in values:
            break
        positional.append(values.pop(name))
    return tuple(positional), {name: values[name] for name in specs if name in values}


def _value(spec: Any, seed: bytes, path: tuple) -> Any:
    if isinstance(spec, list):
        return [_value(item, seed, (*path, index)) for index, item in enumerate(spec)]
    if not isinstance(spec, dict):
        return spec
    if "tensor" in spec:
        return draw(spec, seed, *path)
    if set(spec) == {"dtype"}:
        return dtype_of(spec["dtype"])
    if set(spec) == {"float"}:
        return float(number(spec["float"], "float"))
    keys = ", ".join(map(str, spec)) or "(none)"
    raise BadSpec(f"keys {keys}: neither a tensor, nor {{dtype: …}}, nor {{same_as: …}}")


def _to_device(value: Any, device: str) -> Any:
    """Move with layout kept: strides, offset and gaps are part of the case."""
    if device == "cpu" or not any(True for _ in tensors_of(value)):
        return value

    def move(tensor: torch.Tensor) -> torch.Tensor:
        plain = tensor.detach()
        count = plain.untyped_storage().nbytes() // plain.element_size()
        flat = plain.as_strided((count,), (1,), 0).to(device)
        return flat.as_strided(plain.shape, plain.stride(), plain.storage_offset()).requires_grad_(tensor.requires_grad)

    return map_tensors(value, move)
