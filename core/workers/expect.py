"""What one call should give: made once, kept, and compared with any number of samples' outputs."""
from __future__ import annotations

import math
from functools import cached_property
from typing import Any, Callable

import torch

import bound
from bound import FLIPS, TF32, U1, Leaf, Terms
from calls import Arguments, Call, Plan
from draw import derive, generator
from kinds import clean_bits, is_floating, numbers, shape_of
from modes import Directed, Noise, Poison, Rounding, Trace, upcast
from runs import Run, changed, draw_cotangents, fresh, names_of, parameters, run, walk


class Whole:
    """An integer or bool result: exact, unless rounding decides it (`Expectation.choices`)."""

    def __init__(self, path: str, work: torch.Tensor) -> None:
        self.path, self.w = path, work
        self.choices: list[torch.Tensor] | None = None  # other values that rounding can give
        self.unsure: torch.Tensor | None = None         # unspecified: goldens differ there from run to run


class NotJudged(Exception):
    """The reference cannot tell what is right here; the text says why."""


class Expectation:
    def __init__(self, call: Call, plan: Plan, seed: bytes, task: str) -> None:
        self.call, self.plan, self.policy = call, plan, plan.policy
        self.seed, self.path = seed, (task, call.phase, call.index)
        self.function = plan.reference.get(call.entry)
        self.rng = call.rng if call.rng is not None else derive(seed, *self.path, "rng")
        self.arguments = call.build()
        self.named = names_of(self.function, self.arguments)
        self.cotangents: list[torch.Tensor] = []
        self.notes: list[str] = []
        self.trace, self.trace64 = Trace(), Trace(fp64=True)
        self.golden_only = False
        self._stage = 0   # of the bound, as far as its runs have been made
        self._runs: bound.Spread | None = None
        self._flips: Callable[[], None] | None = None  # the golden-only bound's last stage, until it is asked for

    @property
    def bytes(self) -> int:
        """Of its arguments, as a measure of what keeping it costs."""
        return sum(t.numel() * t.element_size() for _, t in self.named)

    def by_name(self, arguments: Arguments) -> dict[str, Any]:
        """Arguments by their names, as a property's check takes them."""
        args, kwargs = arguments
        return dict(zip(parameters(self.function), args)) | kwargs

    # ------------------------------------------------------------------------------------------------- the two runs

    @cached_property
    def work(self) -> Run:
        """The reference in the call's own precision: structure, shapes, dtypes, mutation and integers come from it."""
        draw = self._cotangents if self.call.backward else None
        try:
            return run(self.function, fresh(self.arguments), self.rng, self.trace, Poison(21), cotangents=draw)
        except Exception as error:
            raise NotJudged(f"the reference fails here: {type(error).__name__}: {error}".splitlines()[0]) from error

    def _cotangents(self, result: Any) -> list[torch.Tensor]:
        if not self.cotangents:
            self.trace.paused = True
            apart = bool(self.policy.get("backward")) and self.call.index % 2 == 1  # only declared operators promise it
            self.cotangents = draw_cotangents(result, self.seed, *self.path, apart=apart)
            self.trace.paused = False
        return self.cotangents

    @cached_property
    def mutated(self) -> list[str]:
        """Names of the arguments that the reference writes, or that the policy says the entry writes."""
        found = changed(self.named, names_of(self.function, self.work.after)) if self.function else []
        mutates = self.policy.get("mutates") or []
        declared = [name for name, _ in self.named if name.split("[")[0] in mutates]
        return sorted(set(found) | set(declared))

    @cached_property
    def arguments64(self) -> Arguments:
        return fresh(self.arguments, upcast)

    @cached_property
    def leaves(self) -> list[Any]:
        """Leaf for floating results, Whole for integers, (path, value) for the rest: results, then written arguments,
        then gradients."""
        pairs = self.flatten(self.work)
        truth = self._truth(pairs)
        made: list[Any] = []
        for position, (path, value) in enumerate(pairs):
            if not is_floating(value):
                made.append(Whole(path, value) if isinstance(value, torch.Tensor) else (path, value))
                continue
            dtype = value.dtype if isinstance(value, torch.Tensor) else torch.float64
            work = numbers(value, self.device)
            made.append(Leaf(path, dtype, numbers(truth[position][1], self.device) if truth else work, work))
        self._made = made
        if self.golden_only:
            self._deviate(made)
        return made

    def flatten(self, done: Run) -> list[tuple[str, Any]]:
        pairs = [(path, value) for path, value in walk(done.result, "result")]
        after = dict(names_of(self.function, done.after))
        pairs += [(f"argument {name} after the call", after[name]) for name in self.mutated]
        return pairs + [(f"gradient of {name}", value) for name, value in done.gradients]

    def _truth(self, pairs: list) -> list | None:
        """The leaves of the fp64 run, or None where only the golden can say."""
        reason = "" if self.plan.fp64 else "the reference is a golden that cannot run in fp64"
        if not reason and self.trace.bits:
            reason = "the reference looks at bits of floating numbers"
        self._refuse_random()
        if not reason and self.trace.generator:
            reason = "the reference draws from a generator that it is given"
        if not reason:
            try:
                done = run(self.function, fresh(self.arguments64), self.rng, self.trace64, cotangents=self._draw())
                truth = self.flatten(done)
                if [shape_of(v) for _, v in truth] == [shape_of(v) for _, v in pairs]:
                    return truth
                reason = "in fp64 the reference's result has another structure"
            except Exception as error:
                reason = f"the reference fails in fp64 ({type(error).__name__})"
        self.golden_only = True
        self.notes.append(f"golden-only bound: {reason}")
        return None

    def _refuse_random(self) -> None:
        if not self.trace.random:
            return
        again = run(self.function, fresh(self.arguments), self.rng + 1, cotangents=self._draw())
        for (_, first), (_, second) in zip(self.flatten(self.work), self.flatten(again)):
            if isinstance(first, torch.Tensor) and not torch.equal(clean_bits(first), clean_bits(second)):
                raise NotJudged("the reference is random and no property is declared")

    def _draw(self) -> Callable | None:
        return self._cotangents if self.call.backward else None

    # ---------------------------------------------------------------------------------------------------- the bound

    @cached_property
    def device(self) -> torch.device:
        return next((t.device for _, t in self.named), torch.device("cpu"))

    @cached_property
    def terms(self) -> Terms:
        inputs = {t.dtype for _, t in self.named if t.dtype.is_floating_point}
        outputs = {leaf.dtype for leaf in self.leaves if isinstance(leaf, Leaf)}
        doubles = bool(inputs) and inputs | outputs == {torch.float64}
        u1 = 2.0 ** -53 if doubles else U1
        u_in = max([min(bound.unit(d), 2.0 ** -8) for d in inputs if d != torch.float64], default=u1)
        tf32 = bool(self.policy.get("tf32")) and torch.float32 in inputs
        u2 = max(TF32 if tf32 else 0.0, u_in if u_in > u1 else 0.0) if self.contracts else 0.0
        return Terms(u1, u_in, u2, tf32 and self.contracts, self._depth())

    @property
    def contracts(self) -> bool:
        return self.trace.contracts or self.trace64.contracts

    def _depth(self) -> int:
        declared = self.policy.get("reduction")
        tensors = {name: t for name, t in reversed(self.named)}
        if declared == "last":
            return max([t.shape[-1] for t in tensors.values() if t.dim()], default=1) or 1
        if declared == "all":
            return max([t.numel() for t in tensors.values()], default=1) or 1
        if isinstance(declared, dict) and declared.get("argument") in tensors:
            return tensors[declared["argument"]].shape[int(declared.get("dim", -1))] or 1
        if isinstance(declared, int) and not isinstance(declared, bool):
            return max(1, declared)
        return max(1, self.trace.depth, self.trace64.depth)

    def bound(self, leaf: Leaf, stage: int) -> torch.Tensor:
        """The bound of a leaf at a stage; the Monte-Carlo runs are made when they are first needed."""
        if self.golden_only:
            self._flip(stage)
            return leaf.base
        while self._stage < stage:
            self._stage += 1
            self._advance(self._stage)
        return leaf.bound(self.terms, stage)

    def stages(self) -> list[int]:
        """Those that add something here."""
        if self.golden_only:
            return [0, 1]
        return list(range(bound.STAGES if self.terms.u2 else bound.IEEE + 1))

    def _advance(self, stage: int) -> None:
        kind, step = divmod(stage - 1, len(bound.STEPS))
        if step == 0:
            u1, u2 = (self.terms.u1, 0.0) if kind == 0 else (0.0, self.terms.u2)
            leaves = [leaf for leaf in self.leaves if isinstance(leaf, Leaf)]
            self._runs = bound.Spread(leaves, lambda: self._perturbed_leaves(u1, u2), stage)
        self._runs.advance(step)
        if step == len(bound.STEPS) - 1:
            self._runs = None

    def _perturbed_leaves(self, u1: float, u2: float) -> list[torch.Tensor]:
        """One run's floating leaves. A run that leaves the reference's domain, or its shape, says nothing about
        rounding: another is drawn."""
        want, last = [leaf.r.shape for leaf in self._made if isinstance(leaf, Leaf)], "another shape"
        for _ in range(8):
            try:
                picked = self._pick(self.perturbed(u1, u2, u1))
            except NotJudged:
                raise
            except Exception as error:
                last = f"{type(error).__name__}: {error}"
                continue
            if [value.shape for value in picked] == want:
                return picked
        raise NotJudged(f"the reference cannot be run on inputs moved by rounding: {last}"[:300])

    @cached_property
    def noise(self) -> Noise:
        return Noise(derive(self.seed, *self.path, "noise"))

    def perturbed(self, u1: float, u2: float, inputs: float) -> list[tuple[str, Any]]:
        """The leaves of one fp64 run with rounding made visible; `inputs` is by how much its inputs are moved."""
        move = (lambda flat: self.noise.scale_(flat.clone(), inputs)) if inputs else None
        arguments = fresh(self.arguments64, move)
        tensors = [t for _, t in names_of(self.function, arguments)] + self.cotangents
        were = [t for _, t in self.named] + self.cotangents
        coarse = [t for t, was in zip(tensors, were) if self.terms.tf32 and was.dtype == torch.float32]
        mode = Rounding(self.noise, u1, u2, tensors, coarse)
        return self.flatten(run(self.function, arguments, self.rng, mode, cotangents=self._draw()))

    def _pick(self, pairs: list[tuple[str, Any]]) -> list[torch.Tensor]:
        """The floating leaves of a run, as numbers, in the order of `leaves`."""
        return [numbers(value, self.device) for leaf, (_, value) in zip(self._made, pairs) if isinstance(leaf, Leaf)]

    # ------------------------------------------------------------------------------------------- goldens and integers

    def _deviate(self, made: list[Any]) -> None:
        gen = generator(self.seed, *self.path, "flips", device=str(self.device))

        def once(arguments: Arguments, *modes: Any) -> list[torch.Tensor]:
            pairs = self.flatten(run(self.function, arguments, self.rng, *modes, cotangents=self._draw()))
            for leaf, (_, value) in zip(made, pairs):
                if isinstance(leaf, Whole):
                    self._note_whole(leaf, value, bool(modes))
            return self._pick(pairs)

        leaves = [leaf for leaf in made if isinstance(leaf, Leaf)]
        worst = bound.deviation(leaves, [lambda fill=fill: once(fresh(self.arguments), Poison(fill))
                                         for fill in (42, 85)], repeated=True)
        flips = [lambda: once(fresh(self.arguments, lambda flat: bound.flipped(flat, gen))) for _ in range(FLIPS)]
        self._flips = lambda: bound.deviation(leaves, flips, worst=worst)

    def _flip(self, stage: int = 1) -> None:
        """Goldens are slow, and what is right to the bit needs no flips."""
        if stage and self._flips:
            flips, self._flips = self._flips, None
            flips()

    def _note_whole(self, leaf: Whole, value: torch.Tensor, repeat: bool) -> None:
        if value.shape != leaf.w.shape:
            raise NotJudged(f"{leaf.path} has another shape when the golden runs again")
        if repeat:
            away = value != leaf.w
            leaf.unsure = away if leaf.unsure is None else leaf.unsure | away
        elif self.policy.get("quantised"):
            leaf.choices = [*(leaf.choices or []), value]

    def whole_choices(self, leaf: Whole) -> list[torch.Tensor]:
        """Values, beside the reference's own, that honest rounding can give an integer result: made when first needed.
        Inputs stay as they are, so what only chooses among inputs (argmax of an argument) stays exact."""
        if self.golden_only:
            self._flip(bool(self.policy.get("quantised")))
        elif leaf.choices is None:
            amount = 4 * math.sqrt(self.terms.depth) * self.terms.u1
            amount += 2 * self.terms.u_in if self.terms.u_in > self.terms.u1 else 0.0
            runs = [self.flatten(run(self.function, fresh(self.arguments64), self.rng, Directed(sign * 2 * amount),
                                     cotangents=self._draw())) for sign in (1, -1)]
            if not self.policy.get("quantised"):
                runs = [self.perturbed(amount, 0.0, 0.0) for _ in range(2 * bound.RUNS)]
            for position, other in enumerate(self._made):
                if isinstance(other, Whole):
                    made = [pairs[position][1] for pairs in runs]
                    other.choices = [c for c in made if isinstance(c, torch.Tensor) and c.shape == other.w.shape]
        return leaf.choices or []
