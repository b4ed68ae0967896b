"""One storage in the interpreter's process, byte by byte: what it holds, what it should hold, and what kernels did to
it (see memory.py). Written without locks, by the thread that runs the call."""

from __future__ import annotations

import ctypes
import itertools
from typing import Any

import numpy as np
import torch
from torch.multiprocessing.reductions import StorageWeakRef

_numbers = itertools.count()


class Region:
    """`real` is the storage itself, `seen` a copy that only what is seen keeps up to date, `known` where that copy says
    anything (none: everywhere), `made` what kernels made, `used` which foreign bytes kernels loaded. Of regions that
    lie in one place the greater `number` is the newer."""

    def __init__(self, tensor: torch.Tensor, known: bool):
        storage = tensor.untyped_storage()
        self.number, self.base, self.size = next(_numbers), storage.data_ptr(), storage.nbytes()
        self.end = self.base + self.size
        self.is_scalar = is_scalar(tensor)
        self.real = np.frombuffer((ctypes.c_uint8 * self.size).from_address(self.base), dtype=np.uint8)
        self.seen = self.real.copy()
        self.known = None if known else np.zeros(self.size, dtype=bool)
        self.made = np.zeros(self.size, dtype=bool)
        self.used: np.ndarray | None = None
        self._alive = StorageWeakRef(storage)

    def is_live(self) -> bool:
        """Is this memory still that storage's? It may be gone, or have grown elsewhere."""
        storage = torch.UntypedStorage._new_with_weak_ptr(self._alive.cdata)
        return storage is not None and storage.data_ptr() == self.base and storage.nbytes() == self.size

    def begin(self) -> None:
        self.made[:] = False
        self.used = None

    def foreign(self, at: Any = slice(None)) -> np.ndarray:
        """Which bytes nothing that was seen wrote."""
        changed = self.real[at] != self.seen[at]
        return changed if self.known is None else changed | ~self.known[at]

    def foreign_of(self, tensor: torch.Tensor) -> np.ndarray:
        changed = self.of(self.real, tensor) != self.of(self.seen, tensor)
        return changed if self.known is None else changed | ~self.of(self.known, tensor)

    def load(self, at: Any, width: int) -> None:
        """A kernel loads elements of `width` bytes there."""
        if self.is_scalar:
            return
        odd = elements(self.foreign(at), width)
        if odd.any():
            if self.used is None:
                self.used = np.zeros(self.size, dtype=bool)
            self.used[at] |= np.repeat(odd, width)

    def store(self, at: Any) -> None:
        """A kernel has stored there."""
        self.made[at] = True
        self.seen[at] = self.real[at]
        if self.known is not None:
            self.known[at] = True

    def write(self, tensor: torch.Tensor, made: bool, foreign: bool) -> None:
        """An operator has written that tensor."""
        self.of(self.made, tensor)[...] = made
        if not foreign:
            self.of(self.seen, tensor)[...] = self.of(self.real, tensor)
            if self.known is not None:
                self.of(self.known, tensor)[...] = True

    def loaded(self) -> int:
        """Foreign bytes that kernels loaded."""
        return 0 if self.used is None else int(np.count_nonzero(self.used))

    def of(self, array: np.ndarray, tensor: torch.Tensor) -> np.ndarray:
        """The bytes of an array of this region that are a tensor's elements, whatever its strides."""
        width, begin = tensor.element_size(), tensor.data_ptr() - self.base
        if tensor.is_contiguous():
            return array[begin : begin + tensor.numel() * width]
        strides = [stride * width for stride in tensor.stride()]
        return np.lib.stride_tricks.as_strided(array[begin:], (*tensor.shape, width), (*strides, 1))


def is_scalar(tensor: torch.Tensor) -> bool:
    """A storage of one number, or of a few whole ones, says no more than a launch's arguments could."""
    return tensor.untyped_storage().nbytes() <= (16 if tensor.is_floating_point() else 256)


def places(addresses: np.ndarray, base: int, width: int) -> Any:
    """Where in a storage the elements lie, as an index of bytes: a slice where they are a run."""
    at = (addresses - np.uint64(base)).astype(np.int64)
    first, size = int(at[0]), at.size
    if int(at[-1]) - first == (size - 1) * width and (size < 3 or (np.diff(at) == width).all()):
        return slice(first, first + size * width)
    return (at[:, None] + np.arange(width)).reshape(-1)


def elements(odd: np.ndarray, width: int) -> np.ndarray:
    """Which elements have an odd byte; bytes that lie after the last whole element do not count."""
    flat = odd.reshape(-1)
    return flat[: flat.size // width * width].reshape(-1, width).any(axis=1)
