"""Where a program's kernels may go in the interpreter when nothing but that is asked: in the place of `memory`, which
also keeps what wrote each byte. Without bounds a wrong address would break the process itself, and not twice alike.
"""

from __future__ import annotations

import gc
from typing import Any, Iterable

import numpy as np
import torch

from memory import tensors_here


class Bounds:
    """The storages that a launch may touch: its arguments', and those of whatever tensor lives, which are looked for
    where an address lies in none of the arguments (a table of pointers)."""

    on = True

    def __init__(self) -> None:
        self._known: dict[int, int] = {}  # where a storage begins, and where it ends
        self._bases = self._ends = np.zeros(0, dtype=np.uint64)
        self._all = False

    def launch(self, arguments: Iterable[Any]) -> None:
        """A kernel is about to run on these."""
        self._known, self._all = {}, False
        self._learn(arguments)

    def load(self, addresses: np.ndarray, width: int) -> np.ndarray | None:
        """Which of them are outside every storage, or None."""
        outside = self._outside(addresses.reshape(-1), width)
        if outside.any() and not self._all:
            self._all = True
            self._learn(value for value in gc.get_objects() if isinstance(value, torch.Tensor))
            outside = self._outside(addresses.reshape(-1), width)
        return outside if outside.any() else None

    def outside(self, addresses: np.ndarray, width: int) -> bool:
        return self.load(addresses, width) is not None

    def stored(self, addresses: np.ndarray, width: int) -> None:
        """Of no interest here."""

    def _learn(self, values: Iterable[Any]) -> None:
        for value in values:
            for tensor in tensors_here(value):
                storage = tensor.untyped_storage()
                self._known[storage.data_ptr()] = storage.data_ptr() + storage.nbytes()
        bases = sorted(self._known)
        self._bases = np.array(bases, dtype=np.uint64)
        self._ends = np.maximum.accumulate(np.array([self._known[base] for base in bases], dtype=np.uint64))

    def _outside(self, flat: np.ndarray, width: int) -> np.ndarray:
        if not self._bases.size:
            return np.ones(flat.size, dtype=bool)
        index = np.searchsorted(self._bases, flat, side="right").astype(np.int64) - 1
        return (index < 0) | (flat + np.uint64(width) > self._ends[index])
