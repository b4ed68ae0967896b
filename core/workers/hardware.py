"""What the shared Python asks of the device that it works on. A runtime whose device needs another answer brings a
module `runtime_device` in its folder (a `--path` of its parents) with any of these functions; what it leaves out is
answered here, as fits the CPU and what torch calls an accelerator."""
from __future__ import annotations

import contextlib
import time
from typing import Any, Callable

import torch

try:
    import runtime_device as _runtime
except ModuleNotFoundError as error:
    if error.name != "runtime_device":
        raise
    _runtime = None


def _or_the_runtimes(function: Callable) -> Callable:
    return getattr(_runtime, function.__name__, function)


@_or_the_runtimes
def own_device(name: str) -> str:
    """A request's device as torch knows it here: a worker sees one device of a family, so `npu:3` is its `npu:0`."""
    family, _, number = name.partition(":")
    return f"{family}:0" if number else family


@_or_the_runtimes
def reference_device(name: str) -> str:
    """Where references run for a device, as torch knows it here: `cpu` for one that has no fp64. (They are timed on the
    device all the same.)"""
    return own_device(name)


@_or_the_runtimes
def settle(device: str) -> None:
    """Waits for what was started on the device; late errors surface here."""
    if device != "cpu":
        torch.accelerator.synchronize()


@_or_the_runtimes
def is_lost(error: BaseException) -> bool:
    """Whether this process can do nothing on its device any more."""
    return type(error).__name__ == "AcceleratorError"


@_or_the_runtimes
def seed(number: int) -> None:
    torch.manual_seed(number)


@_or_the_runtimes
def exact() -> Any:
    """A context in which fp32 contractions are as exact as they can be, whatever the code inside switches on."""
    return contextlib.nullcontext()


@_or_the_runtimes
def mapped(device: str) -> Any:
    """A context in which programs that hard-code another device's name run on this one."""
    return contextlib.nullcontext()


@_or_the_runtimes
def ready_for_kernels(device: str) -> None:
    """Before a checker runs a kernel (a golden that stands in for a reference): what that takes here, once."""


@_or_the_runtimes
def here(value: Any, device: str) -> Any:
    """An argument (a text, a torch.device) of such a program, with another device's name replaced by this one's."""
    return value


class WallClock:
    """Times one call; the device's own clock is better, where it has one."""

    name = "time.perf_counter"

    def __init__(self, device: str) -> None:
        self._device = device

    def seconds(self, function: Callable, args: tuple, kwargs: dict) -> float:
        settle(self._device)
        start = time.perf_counter()
        function(*args, **kwargs)
        settle(self._device)
        return time.perf_counter() - start


@_or_the_runtimes
def clock(device: str) -> Any:
    """Something with a `name` and `seconds(function, args, kwargs)`: one call, with cold caches where it can."""
    return WallClock(device)
