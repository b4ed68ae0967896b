"""Runs a launch in the interpreter, and writes down what it did in `watch`.

`install()` replaces InterpretedFunction.run. Arguments lie on the CPU, so no copy is made of them.
"""

from __future__ import annotations

import inspect
from typing import Any, Callable

import numpy as np
from triton.runtime import autotuner
from triton.runtime import interpreter as upstream

import accesses
import host_tensors
import races
from watch import watch

_MOST_PROGRAMS = 1 << 24


def install() -> None:
    """For good, in the parent, after the interpreter was mended."""
    _run.__module__, _run.__qualname__ = "triton.runtime.jit", "JITFunction.run"  # what Python's own errors name
    upstream.InterpretedFunction.run = _run
    autotuner.Autotuner.run = _tuned(autotuner.Autotuner.run)
    accesses.install()


def _run(self, *args, grid, warmup, **kwargs):
    """InterpretedFunction.run: options that are no parameters are recorded, and dropped as upstream does."""
    if warmup:
        return None
    function = self.rewrite()
    signature, constants, divisible, options = watch.specialise(self.fn, self.kwargs, args, kwargs)
    named = {name: value for name, value in kwargs.items() if name in signature}
    for hook in self.pre_run_hooks:
        hook(*args, **kwargs)
    bound = inspect.getcallargs(self.fn, *args, **named)
    constexprs = _constexprs(self.fn, self.arg_names)
    size = tuple(grid({**bound, **named}) if callable(grid) else grid)
    if not 1 <= len(size) <= 3:
        raise ValueError("a grid has one to three dimensions")
    size = tuple(int(n) for n in size) + (1,) * (3 - len(size))
    if any(n < 0 for n in size) or size[0] * size[1] * size[2] > _MOST_PROGRAMS:
        raise ValueError(f"a grid of {size} cannot be run")
    for place, value in enumerate(bound.values()):
        if host_tensors.is_marked(value):  # as Triton's own launcher says it
            raise ValueError(f"Pointer argument (at {place}) cannot be accessed from Triton (cpu tensor?)")
    if not watch.launches.add(self.fn, signature, constants, divisible, options, size):
        watch.note("too many different launches: the further ones are not told")
    watch.memory.launch(list(bound.values()))
    outer, watch.kernel, watch.count = watch.kernel, self.fn.__name__, watch.count + 1
    watch.busy += 1
    try:
        values = {name: arg if name in constexprs else _argument(arg) for name, arg in bound.items()}
        _programs(function, values, size, self.fn.__name__)
    finally:
        watch.busy -= 1
        watch.kernel = outer
    return None


def _constexprs(function: Any, names: list[str]) -> list[str]:
    """Parameters annotated as constants, whether by the type or by its name in quotes, as the compiler takes both."""
    return [name for name in names if "constexpr" in str(function.__annotations__.get(name, ""))]


def _tuned(original: Callable) -> Callable:
    """Nothing is timed here: of an autotuner's configurations the first is run (standin.py), which is told."""

    def run(self, *args, **kwargs):
        if len(self.configs) > 1:
            name = getattr(self.base_fn, "__name__", "a kernel")
            watch.note(f"{name} is run with the first of its {len(self.configs)} configurations alone")
        return original(self, *args, **kwargs)

    return run


def _argument(value: Any) -> Any:
    """A launch's argument as a compiled kernel sees it; upstream leaves floats as they are, fails on flags, and cuts
    integers between 31 and 32 bits."""
    if isinstance(value, bool):
        return _scalar(value, upstream.tl.int1, np.bool_)
    if isinstance(value, float):
        return _scalar(value, upstream.tl.float32, np.float32)
    if isinstance(value, int) and not -(1 << 31) <= value < 1 << 31:
        wide = value < 1 << 63
        return _scalar(value, upstream.tl.int64 if wide else upstream.tl.uint64, np.int64 if wide else np.uint64)
    return upstream._implicit_cvt(value)


def _scalar(value: Any, kind: Any, dtype: Any) -> Any:
    return upstream.tl.tensor(upstream.TensorHandle(np.array([value], dtype=dtype), kind), kind)


def _programs(function: Callable, values: dict, size: tuple[int, ...], name: str) -> None:
    builder = upstream.interpreter_builder
    builder.set_grid_dim(*size)
    outer, watch.recorder = watch.recorder, races.Recorder() if watch.check_races else None
    recorder, number = watch.recorder, 0
    try:
        for x in range(size[0]):
            for y in range(size[1]):
                for z in range(size[2]):
                    builder.grid_idx = (x, y, z)
                    if recorder:
                        recorder.program = number
                    number += 1
                    function(**values)
    finally:
        watch.recorder = outer
    if recorder and number > 1:
        watch.end(name, recorder)
