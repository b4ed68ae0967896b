"""The same call with other contents, so that a table of constants does not pass.

Kept: dtype, shape, strides, aliasing; the sign of every element, zeros, NaN and infinities where they stand, on which
side of 1 a magnitude lies, order along the last dimension, equality of all elements, integer ranges and distinctness,
density of booleans, and the structures of redraw_structure.py (symmetric, positive definite, orthogonal, rows that
sum to 1). Several tensors of integers beside floating ones stay as they are. New: which magnitude stands where (a
shuffle within each class) and its size (a factor). Whatever cannot be known from the contents is asked of the
reference: it must take the new ones. Later attempts change less.
"""
from __future__ import annotations

from typing import Any, Callable

import torch

import redraw_structure as structure
from calls import Arguments
from copies import map_tensors, tensors_of
from draw import generator
from record_program import JUNK, copy_arguments

# Each attempt: (smallest factor, largest factor, keep whole numbers whole).
ATTEMPTS = ((0.5, 2.0, False), (0.5, 1.0, False), (0.5, 2.0, True), (0.9, 1.0, False), (1.0, 1.0, True))


def redraw(call: Arguments, seed: bytes, number: int, accepts: Callable[[tuple, dict], bool]) -> Arguments | None:
    """New arguments for the call, or None where nothing can change or the reference takes nothing that was tried."""
    for attempt, (low, high, whole) in enumerate(ATTEMPTS):
        gen = generator(seed, "redraw", number, attempt)
        args, kwargs = copy_arguments(*call)
        changed = _contents_of((args, kwargs), _Rule(gen, low, high, whole))
        if changed and accepts(args, kwargs):
            return args, kwargs
    return None


class _Rule:
    """How far one attempt goes."""

    def __init__(self, gen: torch.Generator, low: float, high: float, whole: bool):
        self.gen, self.low, self.high, self.whole = gen, low, high, whole

    def factors(self, like: torch.Tensor) -> torch.Tensor:
        """Log-uniform between the bounds, one an element."""
        power = torch.rand(like.shape, generator=self.gen, dtype=torch.float64)
        return self.low * (self.high / self.low) ** power

    def shuffled(self, values: torch.Tensor) -> torch.Tensor:
        flat = values.reshape(-1)
        return flat[torch.randperm(flat.numel(), generator=self.gen)].reshape(values.shape)


def _contents_of(tree: Any, rule: _Rule) -> bool:
    """Redraws every tensor of the tree in place; the same view twice is drawn once. Did anything change?"""
    changed, done, tensors = False, set(), list(tensors_of(tree))
    keep_integers = _belong_together(tensors)
    for tensor in tensors:
        plain = tensor.detach()
        if keep_integers and _is_integer(plain):
            continue
        key = (plain.data_ptr(), plain.dtype, tuple(plain.shape), plain.stride())
        if plain.numel() == 0 or key in done:
            continue
        done.add(key)
        base = _unexpanded(plain)
        before = base.cpu()
        after = _redrawn(before, rule).to(before.dtype)
        if not torch.equal(torch.nan_to_num(before), torch.nan_to_num(after)) and structure.may_be_written(base):
            base.copy_(after)
            changed = True
    return changed


def _is_integer(tensor: torch.Tensor) -> bool:
    return not (tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == torch.bool)


def _belong_together(tensors: list[torch.Tensor]) -> bool:
    """Where several tensors of integers come with floating ones, they are starts and lengths, tables and positions:
    each drawn by itself they would let stretches overlap, so that what is right depends on who is first."""
    integers = {(t.data_ptr(), t.dtype) for t in tensors if _is_integer(t) and t.numel()}
    return len(integers) > 1 and any(t.is_floating_point() and t.numel() for t in tensors)


def _unexpanded(tensor: torch.Tensor) -> torch.Tensor:
    """Without the repetitions that a stride of 0 makes."""
    for dim, stride in enumerate(tensor.stride()):
        if stride == 0 and tensor.shape[dim] > 1:
            tensor = tensor.narrow(dim, 0, 1)
    return tensor


def _redrawn(x: torch.Tensor, rule: _Rule) -> torch.Tensor:
    """`x` on the CPU; the answer may be wider than `x.dtype`."""
    if x.dtype == torch.bool:
        return x if structure.is_triangular(x) else rule.shuffled(x)
    if x.is_complex():
        return _complex(x.to(torch.complex128), rule)
    if x.is_floating_point():
        return _floating(x.double(), rule)
    return _integers(x.to(torch.int64), rule)


def _integers(x: torch.Tensor, rule: _Rule) -> torch.Tensor:
    """Within the range of `x`; zero only if it occurred; distinct where all were; in order where it was in order."""
    low, high = int(x.min()), int(x.max())
    if low == high:
        return x
    count, span = x.numel(), high - low + 1
    if x.unique().numel() == count and span < 4 * count:
        new = rule.shuffled(x)
    else:
        drawable = -2**62 < low and high < 2**62
        new = torch.randint(low, high + 1, x.shape, generator=rule.gen) if drawable else rule.shuffled(x)
        if low < 0 < high and not (x == 0).any():
            new = torch.where(new == 0, torch.full_like(new, high), new)
    # Three numbers in order may be chance, unless they start at 0 as offsets do.
    order = structure.order_of(x) if x.dim() and (x.shape[-1] > 3 or not x[..., 0].any()) else 0
    if order:
        new = new.sort(-1, descending=order < 0).values
        new[..., 0], new[..., -1] = x[..., 0], x[..., -1]  # offsets start and end where they did
    return new


def _floating(x: torch.Tensor, rule: _Rule) -> torch.Tensor:
    ordinary = torch.isfinite(x) & (x != 0)
    if not ordinary.any() or (x == JUNK).all():  # memory to be written
        return x
    if structure.is_label(x):
        return rule.shuffled(x)
    made = structure.rebuild(x, rule.gen)
    if made is not None:
        return made
    new = _elements(x, ordinary, rule)
    if structure.is_symmetric(x):
        new = new.tril() + new.tril(-1).mT
    order = structure.order_of(x)
    return new.sort(-1, descending=order < 0).values if order else new


def _elements(x: torch.Tensor, ordinary: torch.Tensor, rule: _Rule) -> torch.Tensor:
    """Element by element: magnitudes change places within their class and get a factor."""
    size = x.abs()
    if x.numel() > 1 and (x == x.flatten()[0]).all():
        size = torch.full_like(x, float(_scaled(size.flatten()[:1], rule)))
    else:
        for group in (ordinary & (size <= 1), ordinary & (size > 1)):
            if group.any():
                size[group] = _scaled(rule.shuffled(size[group]), rule)
    return torch.where(ordinary, torch.copysign(size, x), x)


def _scaled(size: torch.Tensor, rule: _Rule) -> torch.Tensor:
    """Times a factor, on the same side of 1: those up to 1 shrink, for those above 1 the excess is scaled."""
    factors = rule.factors(size)
    new = torch.where(size <= 1, size * factors.clamp(max=1.0), 1 + (size - 1) * factors)
    if rule.whole and torch.equal(size, size.round()):
        return torch.where(size <= 1, size, new.round().clamp(min=1.0))
    return new


def _complex(x: torch.Tensor, rule: _Rule) -> torch.Tensor:
    made = structure.rebuild(x, rule.gen)
    if made is not None:
        return made
    parts = torch.view_as_real(x)
    drawn = [_elements(part, torch.isfinite(part) & (part != 0), rule) for part in parts.unbind(-1)]
    new = torch.view_as_complex(torch.stack(drawn, -1))
    return new.tril() + new.tril(-1).mH if structure.is_symmetric(x) else new
