"""The error bound (design 7.3): how far a floating result may honestly lie from the fp64 reference r.

    B = 2ρ + 8·u₁·min(1, rms r) + 4·√K·s₁ + 4·s₂ + 4·min(ē, 16·u_in·rms_row r)

ρ is half an ulp of the output dtype at |r|; s₁ the spread of fp64 runs whose inputs and intermediate results are each
scaled by 1 + u₁ξ (Monte-Carlo arithmetic, 16 runs); s₂ the same for operands of contractions only, at the input dtype's
precision; ē the row rms of the working-precision reference's own error beyond 2ρ; K the longest sum.

The bound is made in stages that only grow, so what an early one accepts the last accepts too: first the terms that
need no Monte-Carlo run, then s₁ from its first 1, 4 and all 16 runs, *each divided by 16*, then s₂ likewise. Most right
answers never need more than one run; a wrong one is told by the full bound.
"""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable

import torch

RUNS = 16
STEPS = (1, 4, RUNS)             # of the Monte-Carlo runs after which a stage ends
STAGES = 1 + 2 * len(STEPS)      # 0: cheap; 1 to 3: with s₁; 4 to 6: with s₂ as well
IEEE = len(STEPS)                # the last stage that is without s₂
FLIPS = 16
U1 = 2.0 ** -24
TF32 = 2.0 ** -11


def unit(dtype: torch.dtype) -> float:
    """Half the distance from 1 to the next number: 2⁻²⁴, 2⁻¹¹, 2⁻⁸ for fp32, fp16, bf16."""
    return torch.finfo(dtype).eps / 2


@dataclass
class Terms:
    """What the bound of one call's results depends on, apart from the results themselves."""
    u1: float          # of the arithmetic: 2⁻²⁴, or 2⁻⁵³ where everything is fp64
    u_in: float        # the coarsest floating input's
    u2: float          # of operands of contractions; 0 where there are none
    tf32: bool         # fp32 operands may be rounded to TF32
    depth: int         # K


def real(tensor: torch.Tensor) -> torch.Tensor:
    """fp64 numbers of a floating or complex tensor; a complex one gains a last dimension of two."""
    tensor = tensor.detach()
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor.resolve_conj())
    return tensor.to(torch.float64)


def rows(tensor: torch.Tensor) -> torch.Tensor:
    """Mean over the last dimension, kept; a scalar is its own row."""
    return tensor.mean(-1, keepdim=True) if tensor.dim() and tensor.shape[-1] else tensor


def clean(tensor: torch.Tensor) -> torch.Tensor:
    return torch.nan_to_num(tensor, nan=0.0, posinf=0.0, neginf=0.0)


class Leaf:
    """One floating result of the reference: its truth r, the working-precision result w, and the bound so far."""

    def __init__(self, path: str, dtype: torch.dtype, truth: torch.Tensor, work: torch.Tensor) -> None:
        self.path = path
        self.dtype = {torch.complex64: torch.float32, torch.complex128: torch.float64,
                      getattr(torch, "complex32", None): torch.float16}.get(dtype, dtype)
        self.r, self.w = truth, work
        finite = bool(torch.isfinite(truth).all()) and bool(torch.isfinite(work).all())
        self.z = truth if finite else clean(truth)  # r with zeros where it is not finite
        top = torch.finfo(self.dtype).max
        self.tame = finite and (not truth.numel() or float(self.z.abs().max()) < top / 2)  # far from any infinity
        self.unsure: torch.Tensor | None = None  # where runs disagree about being finite at all
        self.base: torch.Tensor | None = None
        self.s: dict[int, torch.Tensor] = {}     # stage -> s₁ or s₂ as far as it goes
        self._totals: dict[int, torch.Tensor] = {}

    def half_ulp(self) -> torch.Tensor:
        info = torch.finfo(self.dtype)
        return self.z.abs().clamp_(min=info.smallest_normal).mul_(unit(self.dtype))

    def cheap(self, terms: Terms) -> torch.Tensor:
        """All terms that need no Monte-Carlo run."""
        if self.base is None:
            r = self.z
            rho2 = self.half_ulp().mul_(2)
            square = r.square()
            rms = square.mean().sqrt().clamp(max=1.0) if r.numel() else r.new_zeros(())
            own = (self.w - r).abs_().sub_(rho2).clamp_(min=0)
            if not self.tame:
                own = torch.where(torch.isfinite(self.w) & torch.isfinite(self.r), own, 0.0)
            short = own.dim() == 0 or own.shape[-1] <= 1  # no row to speak of: the mean over all
            error = own.square_().mean().sqrt() if short and r.numel() else rows(own.square_()).sqrt()
            u = max(terms.u_in, TF32 if terms.tf32 else 0.0)
            cap = 16 * u * rows(square).sqrt()
            self.base = rho2 + (8 * terms.u1 * rms + 4 * torch.minimum(error.expand_as(cap), cap))
        return self.base

    def bound(self, terms: Terms, stage: int) -> torch.Tensor:
        if stage == 0 or stage in self._totals:
            return self._totals[stage] if stage else self.cheap(terms)
        total = self.cheap(terms)
        first = min(stage, IEEE)
        if first in self.s:
            total = torch.add(total, self.s[first], alpha=4 * math.sqrt(terms.depth))
        if stage > IEEE and stage in self.s:
            total = torch.add(total, self.s[stage], alpha=4)
        if stage == 1:
            self._totals[1] = total  # the one that most right answers need
        return total


class Spread:
    """√3 × rms deviation from r over fp64 runs, averaged half by element and half by row. `once()` gives one run's
    leaves in the order of `leaves`; `first` is the stage that its first step ends."""

    def __init__(self, leaves: list[Leaf], once: Callable[[], list[torch.Tensor]], first: int) -> None:
        self._leaves, self._once, self._first = leaves, once, first
        self._sums = [torch.zeros_like(leaf.r) for leaf in leaves]
        self._done = 0

    def advance(self, step: int) -> None:
        """Make the runs up to `STEPS[step]` and note what they give as that stage's s."""
        while self._done < STEPS[step]:
            self._done += 1
            for leaf, total, y in zip(self._leaves, self._sums, self._once()):
                away = y.sub(leaf.r)
                if not bool(torch.isfinite(away.sum())):
                    differs = torch.isfinite(y) != torch.isfinite(leaf.r)
                    leaf.unsure = differs if leaf.unsure is None else leaf.unsure | differs
                    away = clean(away)
                total.addcmul_(away, away)
        for leaf, total in zip(self._leaves, self._sums):
            half = total / (2 * RUNS)
            leaf.s[self._first + step] = (half + rows(half)).sqrt_().mul_(math.sqrt(3))


def flipped(tensor: torch.Tensor, gen: torch.Generator) -> torch.Tensor:
    """Every floating number moved to its neighbour above or below, at random; zeros stay."""
    if not tensor.is_floating_point() or tensor.dtype.itemsize == 1:
        return tensor
    up = torch.rand(tensor.shape, generator=gen, device=tensor.device) < 0.5
    top = torch.full_like(tensor, math.inf)
    moved = torch.where(up, torch.nextafter(tensor, top), torch.nextafter(tensor, -top))
    return torch.where((tensor == 0) | ~torch.isfinite(tensor), tensor, moved)


def deviation(leaves: list[Leaf], runs: list[Callable[[], list[torch.Tensor]]], repeated: bool = False,
              worst: list[torch.Tensor] | None = None) -> list[torch.Tensor]:
    """The golden-only bound: base = 2ρ + 8 × the largest deviation, by element and row, over the runs and `worst`, that
    of earlier ones, and the deviation. `repeated`: they run on the same inputs, so what differs between them by more
    than rounding is unspecified and left out."""
    worst = worst or [torch.zeros_like(leaf.r) for leaf in leaves]
    for once in runs:
        for position, (leaf, y) in enumerate(zip(leaves, once())):
            away = torch.isfinite(y) != torch.isfinite(leaf.r)
            d = clean(clean(y) - clean(leaf.r)).abs_()
            if repeated:
                scale = clean(leaf.r).abs().clamp_(min=torch.finfo(leaf.dtype).smallest_normal)
                away = away | (d > 64 * unit(leaf.dtype) * torch.maximum(scale, rows(scale.square()).sqrt()))
            leaf.unsure = away if leaf.unsure is None else leaf.unsure | away
            d = torch.where(leaf.unsure, 0.0, d)
            if d.dim() and d.shape[-1]:
                d = torch.maximum(d, d.amax(-1, keepdim=True))
            worst[position] = torch.maximum(worst[position], d)
    for leaf, d in zip(leaves, worst):
        leaf.base = 2 * leaf.half_ulp() + 8 * d
    return worst
