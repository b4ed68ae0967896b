"""What is seen of a call on a GPU: launches at JITFunction.run, device kernels by torch's profiler, the dispatch log.

Made in the child before the candidate's code runs; the CUDA context comes with the first call's arguments.
"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections import defaultdict
from typing import Any, Iterator

import torch
from torch.profiler import ProfilerActivity, profile
from triton.runtime.jit import JITFunction

import work
from launches import Launches, definition, digest, kernel_text
from library import LibraryLog

_MOST = 100_000
_synchronise = torch.cuda.synchronize  # bound at import: a candidate may replace it


class OnGpu:
    """One candidate's observer on one device."""

    def __init__(self, device: str, path: str, text: str):
        os.environ["TRITON_CACHE_DIR"] = os.path.join(os.getcwd(), "triton")
        self._device, self._launches, self._text = device, Launches(), text
        self._raw: list[tuple[JITFunction, Any, Any]] = []
        self._notes: list[str] = []
        self._own: dict[int, tuple[JITFunction, bool]] = {}
        self._recording = False
        self._log: LibraryLog | None = None
        self._profile: Any = None
        _wrap_run(self)

    def saw(self, function: JITFunction, compiled: Any, grid: Any) -> None:
        """A launch has been made; what it means is worked out after the call."""
        if self._recording and len(self._raw) < _MOST:
            self._raw.append((function, compiled, grid))

    def loading(self) -> Any:
        return contextlib.nullcontext()

    @contextlib.contextmanager
    def watching(self, library: bool, kernels: bool, arguments: Any) -> Iterator[None]:
        """`kernels` starts torch's profiler, whose first start in a process takes seconds."""
        self._raw, self._notes, self._profile = [], [], None
        self._launches.clear()
        self._log = LibraryLog(lambda: False, launches=lambda: len(self._raw)) if library else None
        self._recording = True
        try:
            with contextlib.ExitStack() as stack:
                if kernels:
                    warnings.filterwarnings("ignore", module="torch.profiler")
                    self._profile = stack.enter_context(
                        profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA])
                    )
                if self._log:
                    stack.enter_context(self._log)
                yield
        finally:
            self._recording = False

    def _is_own(self, function: JITFunction) -> bool:
        """Its source stands in the candidate's text: a kernel that an installed package ships is not its own."""
        if id(function) not in self._own:  # the whole file is parsed: once a kernel, which is kept alive
            try:
                own = definition(digest(kernel_text(function.fn)), self._text) is not None
            except Exception:
                own = False
            self._own[id(function)] = (function, own)
        return self._own[id(function)][1]

    def settle(self) -> None:
        """Waits for the device, on which a call may have left work on any stream; its late errors surface here."""
        _synchronise(self._device)

    def tell(self, results: Any, arguments: Any) -> dict:
        for function, compiled, grid in self._raw:
            try:
                self._launches.add(function.fn, *_specialisation(function, compiled), _three(grid))
            except Exception as error:
                self._notes.append(
                    f"a launch of {getattr(function.fn, '__name__', '?')} could not be told: {error}"[:300]
                )
        own = {
            getattr(getattr(compiled, "metadata", None), "name", function.fn.__name__)
            for function, compiled, _ in self._raw
            if self._is_own(function)
        }
        kernels = _kernels(self._profile, own) if self._profile is not None else []
        return {
            "launches": self._launches.tell(),
            "library": self._log.tell() if self._log else [],
            "races": [],
            "notes": sorted(set(self._notes))[:20],
            "kernels": kernels,
        }


def _wrap_run(observer: OnGpu) -> None:
    original = JITFunction.run

    def run(self: JITFunction, *args: Any, **kwargs: Any) -> Any:
        grid, seen = kwargs.get("grid"), []
        if callable(grid):

            def asked(meta: Any) -> Any:
                seen.append(grid(meta))
                return seen[-1]

            kwargs["grid"] = asked
        compiled = original(self, *args, **kwargs)
        if not kwargs.get("warmup"):
            observer.saw(self, compiled, seen[-1] if seen else grid)
        return compiled

    JITFunction.run = run


def _specialisation(function: JITFunction, compiled: Any) -> tuple[dict, dict, list, dict]:
    """(signature, constants, divisible, options) as Triton compiled it."""
    compiled = compiled.result() if hasattr(compiled, "result") else compiled
    source, names = compiled.src, [parameter.name for parameter in function.params]
    constants = {names[path[0]]: value for path, value in source.constants.items() if len(path) == 1}
    divisible = [
        names[path[0]]
        for path, marks in source.attrs.items()
        if len(path) == 1 and any(mark[0] == "tt.divisibility" for mark in marks)
    ]
    options = {
        name: getattr(compiled.metadata, name)
        for name in ("num_warps", "num_stages", "num_ctas", "maxnreg")
        if getattr(compiled.metadata, name, None) is not None
    }
    return {name: str(kind) for name, kind in source.signature.items()}, constants, divisible, options


def _three(grid: Any) -> tuple[int, int, int]:
    size = tuple(int(n) for n in grid)
    return (size + (1, 1, 1))[:3]


def _kernels(profile_: Any, own: set[str]) -> list[dict]:
    """Device kernels with the operator that launched each; what the profiler links to no operator has none."""
    total: dict[str, list[float]] = defaultdict(lambda: [0.0, 0])
    linked: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0])
    for event in profile_.events():
        if event.device_type == torch.autograd.DeviceType.CUDA:
            if not getattr(event, "is_user_annotation", False):
                total[event.name][0] += event.time_range.elapsed_us()
                total[event.name][1] += 1
        elif event.name.startswith("aten::"):
            for kernel in event.kernels:
                linked[kernel.name, event.name.replace("::", ".")][0] += kernel.duration
                linked[kernel.name, event.name.replace("::", ".")][1] += 1
    rows = [(name, op, span, count) for (name, op), (span, count) in linked.items()]
    for (name, _), (span, count) in linked.items():
        total[name][0] -= span
        total[name][1] -= count
    rows += [(name, None, span, count) for name, (span, count) in total.items() if count > 0]
    return [
        {
            "name": name[:300],
            "seconds": max(span, 0.0) * 1e-6,
            "count": int(count),
            "own": op is None and name in own,
            "op": op,
            "moves": op is not None and work.is_move(op),
        }
        for name, op, span, count in rows
    ]
