"""Time of one call, claimed inside the candidate's process: cold, on fresh copies of the arguments.

On a GPU: CUDA events around each call, L2 flushed before it by *reading* a buffer twice its size (writing would leave
dirty lines that the call pays for). On the CPU: a wall clock.
"""

from __future__ import annotations

import time
from typing import Any, Callable

import torch

from copies import copy_tree, tensors_of

_MOST = 1000  # repetitions
_COPIES_SHARE = 0.25  # of free memory that copies of arguments may take
# Bound at import: a candidate may replace them in their modules.
_now = time.perf_counter
_copy = copy_tree


def measure(entry: Callable, args: tuple, kwargs: dict, device: str, seconds: float) -> tuple[Any, dict]:
    """(result of the last call, TIMING). `args` and `kwargs` are those of the last call, so that it can be judged."""
    if device == "cpu":
        times, result = _on_cpu(entry, args, kwargs, seconds)
        return result, {"mode": "cold", "clock": "time.perf_counter", "seconds": times}
    times, result = _on_gpu(entry, args, kwargs, device, seconds)
    return result, {"mode": "cold", "clock": "torch.cuda.Event", "seconds": times}


def _on_cpu(entry: Callable, args: tuple, kwargs: dict, seconds: float) -> tuple[list[float], Any]:
    times: list[float] = []
    more, more_kwargs = _copy((args, kwargs))
    begun = _now()
    entry(*more, **more_kwargs)  # warm-up
    once = _now() - begun
    end = _now() + seconds
    while _now() + once < end and len(times) < _MOST - 1:
        more, more_kwargs = _copy((args, kwargs))
        begun = _now()
        entry(*more, **more_kwargs)
        times.append(_now() - begun)
    begun = _now()
    result = entry(*args, **kwargs)
    times.append(_now() - begun)
    return times, result


def _on_gpu(entry: Callable, args: tuple, kwargs: dict, device: str, seconds: float) -> tuple[list[float], Any]:
    cuda, Event = torch.cuda, torch.cuda.Event
    properties = cuda.get_device_properties(device)
    flush = torch.zeros(max(2 * properties.L2_cache_size, 64 << 20) // 4, dtype=torch.int32, device=device)
    synchronise, read = cuda.synchronize, flush.sum
    for _ in range(3):  # compiles, tunes, warms
        more, more_kwargs = _copy((args, kwargs))
        synchronise(device)
        begun = _now()
        entry(*more, **more_kwargs)
        synchronise(device)
        once = _now() - begun
    size = sum(t.untyped_storage().nbytes() for t in tensors_of((args, kwargs))) or 1
    batch = int(max(1, min(50, _COPIES_SHARE * cuda.mem_get_info(device)[0] / size)))
    count, end = max(5, min(_MOST, int(seconds / max(once, 1e-5)))), _now() + seconds
    spans: list[tuple[Any, Any]] = []
    while len(spans) < count - 1 and (_now() < end or len(spans) < 4):
        fresh = [_copy((args, kwargs)) for _ in range(min(batch, count - 1 - len(spans)))]
        spans += [_one(entry, *f, Event, read)[0] for f in fresh]
        synchronise(device)
    last, result = _one(entry, args, kwargs, Event, read)
    synchronise(device)
    return [begin.elapsed_time(stop) * 1e-3 for begin, stop in [*spans, last]], result


def _one(entry: Callable, args: tuple, kwargs: dict, Event: Any, read: Callable) -> tuple[tuple[Any, Any], Any]:
    begin, stop = Event(enable_timing=True), Event(enable_timing=True)
    read()
    begin.record()
    result = entry(*args, **kwargs)
    stop.record()
    return (begin, stop), result
