"""torch.cuda where the CPU stands for a GPU (see cuda_on_cpu): an A100 on which everything is done at once."""

from __future__ import annotations

import contextlib
import time
import types
from typing import Any, Callable

import torch

NAME = "NVIDIA A100-SXM4-80GB (stands for the CPU)"


class _Event:
    """A CUDA event whose clock is the CPU's."""

    def __init__(self, *args: Any, **kwargs: Any):
        self._at = 0.0

    def record(self, stream: Any = None) -> None:
        self._at = time.perf_counter()

    def elapsed_time(self, end: "_Event") -> float:
        return (end._at - self._at) * 1e3

    def synchronize(self) -> None:
        pass

    def wait(self, stream: Any = None) -> None:
        pass

    def query(self) -> bool:
        return True


class _Stream:
    """A CUDA stream on which everything is done at once."""

    cuda_stream = 0

    def __init__(self, *args: Any, **kwargs: Any):
        pass

    def synchronize(self) -> None:
        pass

    wait_stream = wait_event = record_event = lambda self, *args: None

    def query(self) -> bool:
        return True

    def __enter__(self) -> "_Stream":
        return self

    def __exit__(self, *error: Any) -> None:
        pass


def _properties(device: Any = None) -> Any:
    return types.SimpleNamespace(
        name=NAME,
        major=8,
        minor=0,
        total_memory=80 << 30,
        multi_processor_count=108,
        max_threads_per_multi_processor=2048,
        warp_size=32,
        regs_per_multiprocessor=65536,
        shared_memory_per_block=49152,
        shared_memory_per_block_optin=166912,
        shared_memory_per_multiprocessor=167936,
        L2_cache_size=40 << 20,
        is_integrated=0,
    )


def _giving(value: Any) -> Callable:
    """A function of its own for each name: torch._dynamo refuses one object under two."""
    return lambda *args, **kwargs: value


def functions() -> dict[str, Any]:
    seed_cpu = torch.default_generator.manual_seed  # torch.manual_seed calls the CUDA one in turn
    found: dict[str, Any] = {
        name: _giving(None)
        for name in (
            "synchronize set_device empty_cache reset_peak_memory_stats reset_max_memory_allocated init set_stream "
            "ipc_collect reset_accumulated_memory_stats cudart"
        ).split()
    }
    found |= {
        name: _giving(0)
        for name in ("current_device memory_allocated max_memory_allocated memory_reserved max_memory_reserved").split()
    }
    found |= {
        "is_available": lambda: True,
        "is_initialized": lambda: True,
        "device_count": lambda: 1,
        "get_device_properties": _properties,
        "get_device_capability": lambda device=None: (8, 0),
        "get_device_name": lambda device=None: NAME,
        "current_stream": lambda d=None: _Stream(),
        "default_stream": lambda d=None: _Stream(),
        "Stream": _Stream,
        "Event": _Event,
        "stream": lambda s=None: contextlib.nullcontext(),
        "device": lambda d=None: contextlib.nullcontext(),
        "device_of": lambda d=None: contextlib.nullcontext(),
        "_DeviceGuard": lambda d=None: contextlib.nullcontext(),  # generated wrappers use it
        "mem_get_info": lambda device=None: (80 << 30, 80 << 30),
        "is_bf16_supported": lambda *a, **k: True,
        "manual_seed": lambda seed: seed_cpu(seed),
        "manual_seed_all": lambda seed: seed_cpu(seed),
        "get_rng_state": lambda device=None: torch.get_rng_state(),
        "set_rng_state": lambda state, device=None: torch.set_rng_state(state),
    }
    return found
