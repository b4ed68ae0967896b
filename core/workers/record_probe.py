"""What the reference does with a call's arguments: is it random, is it finite, does it compute at all."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable

import torch

from copies import copy_tree, tensors_of
from record_program import PLAIN, Recorded, copy_arguments
from runs import Run, run
from modes import Trace

TURNS = 8  # random states tried where the reference draws: some of them agree by chance


@dataclass
class Facts:
    """`failed`, `random` and `opaque` say why, in words."""

    failed: str | None = None    # the reference raises when it is called again
    random: str | None = None    # results depend on the random state
    opaque: str | None = None    # the result holds what cannot be compared
    compute: bool = False        # some operator does more than move or fill
    finite: list[torch.Tensor] = field(default_factory=list)  # of each tensor after the call: which elements are finite


def _after(done: Run) -> list[torch.Tensor]:
    """The tensors of the result, then those of the arguments as they are then."""
    return list(tensors_of([done.result, *done.after]))


def look(function: Callable, call: Recorded, seed: int) -> Facts:
    """Runs the reference on the recorded arguments, and again under another random state where it draws from one."""
    facts, trace = Facts(), Trace()
    if call.raises:
        return facts
    try:
        first = run(function, call.fresh(), seed, trace)
        for turn in range(TURNS if trace.random else 0):
            again = run(function, call.fresh(), seed + 1 + turn)
            facts.random = facts.random or _differs(_after(first), _after(again))
            if facts.random:
                break
    except Exception as error:
        text = " ".join(str(error).split())[:160]
        facts.failed = f"the reference fails when called again: {type(error).__name__}: {text}"
        return facts
    facts.compute = trace.work > 0
    facts.opaque = _opaque(first.result)
    facts.finite = [finite(tensor) for tensor in _after(first)]
    return facts


def _opaque(result: Any, depth: int = 0) -> str | None:
    """Named where a result is of a kind that no comparison knows."""
    if isinstance(result, (torch.Tensor, torch.Generator) + PLAIN):
        return None
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)) and depth < 32:
        return next(filter(None, (_opaque(item, depth + 1) for item in result)), None)
    return f"its result holds a {type(result).__module__}.{type(result).__name__}, which cannot be compared"


def finite(tensor: torch.Tensor) -> torch.Tensor:
    plain = tensor.detach()
    if plain.layout != torch.strided or not (plain.is_floating_point() or plain.is_complex()):
        return torch.ones(plain.shape if plain.layout == torch.strided else (), dtype=torch.bool)
    return torch.isfinite(plain).cpu()


def _differs(first: list[torch.Tensor], second: list[torch.Tensor]) -> str | None:
    """Between runs on equal arguments; up to a thousandth of the largest element may come from the order of sums."""
    if len(first) != len(second):
        return "the number of results varies"
    for a, b in zip(first, second):
        if a.shape != b.shape or a.dtype != b.dtype:
            return "the shape of a result varies"
        if a.layout != torch.strided or a.numel() == 0:
            continue
        wide = torch.complex128 if a.is_complex() else torch.float64
        x, y = a.detach().to("cpu", wide), b.detach().to("cpu", wide)
        ordinary = torch.isfinite(x) & torch.isfinite(y)
        if not torch.equal(torch.isfinite(x), torch.isfinite(y)):
            return "results differ between two random states"
        slack = 1e-3 * x[ordinary].abs().max().item() if a.is_floating_point() and ordinary.any() else 0.0
        if ((x - y).abs()[ordinary] > slack).any():
            return "results differ between two random states"
    return None


def _breaks_on_the_cpu(function: Callable, args: tuple, kwargs: dict, seed: int) -> bool:
    """An index out of range is an exception there; on a device it is an assertion that ends the process's use of it."""
    if all(tensor.device.type == "cpu" for tensor in tensors_of([args, kwargs])):
        return False
    try:
        moved = copy_tree((args, kwargs), lambda flat: flat.cpu())
        run(function, moved, seed)
    except (IndexError, RuntimeError) as error:
        return "out of range" in str(error) or "out of bounds" in str(error)
    except Exception:
        return False  # what the CPU cannot do says nothing about the device
    return False


def accepter(function: Callable, facts: Facts, seed: int) -> Callable[[tuple, dict], bool]:
    """Tells whether the reference takes other contents: it returns, and is finite where it was finite before."""

    def accepts(args: tuple, kwargs: dict) -> bool:
        if _breaks_on_the_cpu(function, args, kwargs, seed):
            return False
        try:
            after = _after(run(function, copy_arguments(args, kwargs), seed))
        except Exception:
            return False
        if len(after) != len(facts.finite):
            return False
        for tensor, before in zip(after, facts.finite):
            now = finite(tensor)
            if not (now | ~before).all() if now.shape == before.shape else before.all() and not now.all():
                return False
        return True

    return accepts
