"""A driver that stands in for a GPU's where there is none: wrappers ask it for a target, the autotuner for a clock.

Without a GPU `triton.runtime.driver.active` raises, even in the interpreter. What it says is an A100, as
`cuda_on_cpu` does. Autotuning takes the first configuration and runs none: there is nothing to time.
"""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.testing
from triton.backends.compiler import GPUTarget
from triton.runtime import autotuner

PROPERTIES = {
    "max_shared_mem": 166912,
    "max_num_regs": 65536,
    "multiprocessor_count": 108,
    "warpSize": 32,
    "sm_clock_rate": 1410000,
    "mem_clock_rate": 1215000,
    "mem_bus_width": 5120,
}


class _Utilities:
    @staticmethod
    def get_device_properties(device: int = 0) -> dict:
        return dict(PROPERTIES)


class StandIn:
    """As much of a driver as a program without launches needs."""

    utils = _Utilities()

    def get_current_target(self) -> GPUTarget:
        return GPUTarget("cuda", 80, 32)

    def get_current_device(self) -> int:
        return 0

    def set_current_device(self, device: int) -> None:
        pass

    def get_current_stream(self, device: int = 0) -> int:
        return 0

    def get_device_capability(self, device: Any = None) -> tuple[int, int]:
        return 8, 0

    def get_active_torch_device(self) -> torch.device:
        return torch.device("cpu")

    def get_device_interface(self) -> Any:
        return torch.cuda

    def get_benchmarker(self) -> Any:
        return _no_bench

    def get_empty_cache_for_benchmark(self) -> torch.Tensor:
        return torch.empty(1, dtype=torch.int32)

    def clear_cache(self, cache: torch.Tensor) -> None:
        pass


def _no_bench(function: Any = None, *args: Any, quantiles: Any = None, **kwargs: Any) -> Any:
    """Runs what is measured once, for what it does, and has no time to tell."""
    if callable(function):
        function()
    return [1.0] * len(quantiles) if quantiles else 1.0


def _first_wins(self: Any, *args: Any, config: Any, **meta: Any) -> list[float]:
    """Autotuner._bench: the earlier configuration is the faster one."""
    return [float(next(i for i, c in enumerate(self.configs) if c is config))] * 3


def install() -> None:
    triton.runtime.driver.set_active(StandIn())
    autotuner.Autotuner._bench = _first_wins
    triton.testing.do_bench = triton.testing.do_bench_cudagraph = _no_bench
