"""What core/workers/hardware.py asks of a runtime, for NVIDIA GPUs and for the CPU that stands for one."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
from typing import Any, Callable, Iterator

import torch

FLUSH_BYTES = 256 << 20  # more than any L2; read, not written, for writing makes small kernels slower


def settle(device: str) -> None:
    if device != "cpu":
        torch.cuda.synchronize()


def is_lost(error: BaseException) -> bool:
    """After a device-side assertion or an illegal access."""
    return "CUDA error" in str(error) or type(error).__name__ == "AcceleratorError"


def seed(number: int) -> None:
    """Where there is no device, the CPU's generator alone: torch would note the stack for every kind of device, in case
    one comes into use, which takes longer than many a reference."""
    if os.environ.get("CUDA_VISIBLE_DEVICES") == "":
        torch.default_generator.manual_seed(number)
    else:
        torch.manual_seed(number)


@contextlib.contextmanager
def exact() -> Iterator[None]:
    """Without TF32."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before


def mapped(device: str) -> Any:
    if device != "cpu":
        return contextlib.nullcontext()
    import cuda_on_cpu

    return cuda_on_cpu.mapped()


@functools.cache
def ready_for_kernels(device: str) -> None:
    """On the CPU: the mended interpreter, for upstream's own would give wrong numbers without a word. Only when a
    golden stands in for a reference, since it takes a second. Races in trusted goldens are not looked for."""
    if device != "cpu":
        return
    if "triton" in sys.modules:
        import triton

        if "executor" in sys.modules and triton.knobs.runtime.interpret:
            return  # mended already
        raise RuntimeError("triton was imported in this process before, to compile")
    os.environ["TRITON_INTERPRET"] = "1"
    import preparing
    from bounds import Bounds
    from watch import watch

    preparing.interpret()
    watch.check_races, watch.memory = False, Bounds()


def here(value: Any, device: str) -> Any:
    if device != "cpu":
        return value
    if isinstance(value, torch.device):
        return torch.device("cpu") if value.type == "cuda" else value
    return "cpu" if isinstance(value, str) and re.fullmatch(r"cuda(:\d+)?", value) else value


class Events:
    """CUDA events around a call, L2 flushed before it."""

    name = "torch.cuda.Event"

    def __init__(self, device: str) -> None:
        self._flush = torch.ones(FLUSH_BYTES // 4, dtype=torch.int32, device=device)

    def seconds(self, function: Callable, args: tuple, kwargs: dict) -> float:
        self._flush.sum()
        first, last = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        first.record()
        function(*args, **kwargs)
        last.record()
        last.synchronize()
        return first.elapsed_time(last) / 1000


def clock(device: str) -> Any:
    from hardware import WallClock

    return WallClock(device) if device == "cpu" else Events(device)
