"""How long the reference takes: calls one by one with cold caches, on the device's own clock."""
from __future__ import annotations

import time
from typing import Any, Callable

import torch

from expect import Expectation
from runs import fresh, isolated

FLUSH_BYTES = 256 << 20  # more than any L2; read, not written, for writing makes small kernels slower
MOST = 1000


def time_reference(expected: Expectation, device: str, seconds: float) -> dict:
    """`{"mode": "cold", "clock", "seconds": […]}`; arguments are fresh for each call if the reference writes them."""
    function = expected.plan.baseline.get(expected.call.entry, expected.function)
    writes = bool(expected.mutated)
    kept = fresh(expected.arguments)
    make = (lambda: fresh(expected.arguments)) if writes else (lambda: kept)
    with isolated(expected.rng):
        for _ in range(3):
            args, kwargs = make()
            function(*args, **kwargs)
        if device.startswith("cuda"):
            return {"mode": "cold", "clock": "torch.cuda.Event", "seconds": _on_cuda(function, make, device, seconds)}
        return {"mode": "cold", "clock": "time.perf_counter", "seconds": _on_cpu(function, make, seconds)}


def _on_cpu(function: Callable, make: Callable, seconds: float) -> list[float]:
    found, start = [], time.perf_counter()
    while len(found) < MOST and (len(found) < 3 or time.perf_counter() - start < seconds):
        args, kwargs = make()
        before = time.perf_counter()
        function(*args, **kwargs)
        found.append(time.perf_counter() - before)
    return found


def _on_cuda(function: Callable, make: Callable, device: str, seconds: float) -> list[float]:
    flush: Any = torch.ones(FLUSH_BYTES // 4, dtype=torch.int32, device=device)
    found, start = [], time.perf_counter()
    while len(found) < MOST and (len(found) < 3 or time.perf_counter() - start < seconds):
        args, kwargs = make()
        flush.sum()
        first, last = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        first.record()
        function(*args, **kwargs)
        last.record()
        last.synchronize()
        found.append(first.elapsed_time(last) / 1000)
    return found
