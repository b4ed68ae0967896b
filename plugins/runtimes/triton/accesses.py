"""What kernels load, store and change atomically in the interpreter: told to the race recorder and to the memory, and
kept inside the tensors that there are. `install()` wraps the interpreter's builder.
"""

from __future__ import annotations

import linecache
import re
from typing import Any, Callable

import numpy as np
from triton.runtime import interpreter as upstream
from triton.runtime.interpreter import InterpreterBuilder

import races
from watch import watch

_UNUSED = re.compile(r"\s*[\w.]*atomic_\w+\(")  # a statement that drops what the atomic returned


def install() -> None:
    builder = InterpreterBuilder
    builder.create_masked_load = _load(builder.create_masked_load)
    builder.create_masked_store = _store(builder.create_masked_store)
    builder.create_atomic_rmw = _atomic(builder.create_atomic_rmw)
    for name, wrap in _ATOMICS.items():
        if hasattr(builder, name):
            setattr(builder, name, wrap(getattr(builder, name)))


def _chosen(pointers: np.ndarray, inside: np.ndarray | None) -> np.ndarray:
    return pointers.reshape(-1) if inside is None else pointers[inside]


def _inside(pointers: np.ndarray, mask: Any) -> np.ndarray | None:
    """A mask in the shape of the pointers; None where it lets all of them through."""
    data = np.asarray(mask.data)
    return None if data.all() else np.broadcast_to(data, pointers.shape).astype(bool)


def _mask(mask: Any) -> Any:
    """Block pointers give a bare array as their mask; upstream then asks it for `.data`, which is a buffer."""
    return upstream.TensorHandle(mask, upstream.tl.int1) if isinstance(mask, np.ndarray) else mask


def _width(pointers: Any) -> int:
    return upstream._get_np_dtype(pointers.get_element_ty()).itemsize


def _load(original: Callable) -> Callable:
    """Memory outside every storage is not touched: what is loaded from there is ones bits, and told."""

    def create_masked_load(self, ptrs, mask, *rest, **named):  # what follows differs between versions
        mask = _mask(mask)
        inside, width = _inside(ptrs.data, mask), _width(ptrs)
        chosen = _chosen(ptrs.data, inside)
        recorder = watch.recorder
        if recorder and not recorder.full:
            recorder.load(chosen, width, watch.line())
        outside = watch.memory.load(chosen, width) if watch.memory.on else None
        if outside is None:
            return original(self, ptrs, mask, *rest, **named)
        watch.note(f"{watch.kernel} loads outside every tensor (line {watch.line()})")
        inside = np.ones(ptrs.data.shape, dtype=bool) if inside is None else inside.copy()
        strange = np.zeros(ptrs.data.shape, dtype=bool)
        strange[inside] = outside
        result = original(self, ptrs, _handle(inside & ~strange, mask), *rest, **named)
        result.data = np.array(result.data)
        result.data.view(f"u{result.data.dtype.itemsize}")[strange] = (1 << 8 * result.data.dtype.itemsize) - 1
        return result

    return create_masked_load


def _handle(data: np.ndarray, like: Any) -> Any:
    return upstream.TensorHandle(data, like.dtype)


def _store(original: Callable) -> Callable:
    def create_masked_store(self, ptrs, value, mask, *rest, **named):
        mask = _mask(mask)
        width = _width(ptrs)
        chosen = _chosen(ptrs.data, _inside(ptrs.data, mask))
        _refuse_outside(chosen, width)
        recorder = watch.recorder
        if recorder and not recorder.full:
            _record_store(recorder, ptrs, value.data, mask)
        result = original(self, ptrs, value, mask, *rest, **named)
        if watch.memory.on:
            watch.memory.stored(chosen, width)
        return result

    return create_masked_store


def _refuse_outside(addresses: np.ndarray, width: int) -> None:
    if watch.memory.on and watch.memory.outside(addresses, width):
        raise IndexError(f"{watch.kernel} stores outside every tensor")


def _record_store(recorder: races.Recorder, ptrs: Any, data: np.ndarray, mask: Any) -> None:
    """Only elements that the store changes (see races)."""
    dtype = data.dtype
    inside = np.broadcast_to(mask.data, ptrs.data.shape).astype(bool)
    data = np.broadcast_to(data, ptrs.data.shape)
    before = upstream._interpreter.load(ptrs.data, np.ascontiguousarray(inside), np.ascontiguousarray(data), dtype)
    raw = f"u{dtype.itemsize}"
    changed = np.ascontiguousarray(before).view(raw) != np.ascontiguousarray(data).view(raw)
    recorder.store(ptrs.data[changed.reshape(ptrs.data.shape)], dtype.itemsize, watch.line())


def _lock(original: Callable) -> Callable:
    """An atomic that programs wait by: compare-and-swap, or an atomic load or poll (newer Tritons)."""

    def create_lock(self, ptr, *args, **kwargs):
        if watch.recorder:
            watch.recorder.atomic(True, watch.line())
        return _noted(ptr.data.reshape(-1), _width(ptr), _unseen, original, self, ptr, *args, **kwargs)

    return create_lock


def _atomic_store(original: Callable) -> Callable:
    def create_atomic_store(self, ptr, *args, **kwargs):
        if watch.recorder:
            watch.recorder.atomic(False, watch.line())
        return _noted(ptr.data.reshape(-1), _width(ptr), _unseen, original, self, ptr, *args, **kwargs)

    return create_atomic_store


def _unseen(original: Callable, *args: Any, **kwargs: Any) -> Any:
    """Upstream makes atomic loads and stores of plain ones: those are no accesses to look at."""
    recorder, watch.recorder = watch.recorder, None
    try:
        return original(*args, **kwargs)
    finally:
        watch.recorder = recorder


def _atomic(original: Callable) -> Callable:
    def create_atomic_rmw(self, operation, ptr, value, *rest, **named):
        recorder = watch.recorder
        if recorder:
            exchange = operation == upstream._ir.ATOMIC_OP.XCHG
            counts = ptr.data.size == 1 and value.data.dtype.kind in "iu"
            recorder.atomic(exchange or (counts and _result_is_used()), watch.line())
        mask = rest[0] if rest and hasattr(rest[0], "data") else None
        inside = None if mask is None else _inside(ptr.data, mask)
        return _noted(_chosen(ptr.data, inside), _width(ptr), original, self, operation, ptr, value, *rest, **named)

    return create_atomic_rmw


def _noted(addresses: np.ndarray, width: int, atomic: Callable, *args: Any, **kwargs: Any) -> Any:
    """An atomic on these addresses."""
    _refuse_outside(addresses, width)
    if watch.memory.on:
        watch.memory.load(addresses, width)
    result = atomic(*args, **kwargs)
    if watch.memory.on:
        watch.memory.stored(addresses, width)
    return result


def _result_is_used() -> bool:
    """Does the candidate's statement keep what the atomic returned? Then it may be a counter that programs wait on."""
    line, file = watch.frame()
    return line == 0 or not _UNUSED.match(linecache.getline(file, line))


_ATOMICS = {
    "create_atomic_cas": _lock,
    "create_atomic_load": _lock,
    "create_atomic_poll": _lock,
    "create_atomic_store": _atomic_store,
}
