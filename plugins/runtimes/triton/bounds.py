"""In the checker: what kernels of a trusted golden may touch. It runs on redrawn contents too, and an index that leads
out of a tensor must not end the process. Stands in the place of a candidate's `Memory`; who wrote what is not asked."""

from __future__ import annotations

from typing import Any, Iterable

import numpy as np

from memory import tensors_here


class Bounds:
    """The storages of a launch's arguments."""

    on = True

    def __init__(self) -> None:
        self._bases = self._ends = np.zeros(0, dtype=np.uint64)

    def launch(self, arguments: Iterable[Any]) -> None:
        spans = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors_here(arguments)}
        bases = sorted(spans)
        self._bases = np.array(bases, dtype=np.uint64)
        self._ends = np.array([base + spans[base] for base in bases], dtype=np.uint64)

    def load(self, addresses: np.ndarray, width: int) -> np.ndarray | None:
        """Which addresses are outside every storage, or None."""
        flat = addresses.reshape(-1)
        if not flat.size:
            return None
        if not self._bases.size:
            return np.ones(flat.size, dtype=bool)
        first = int(np.searchsorted(self._bases, flat.min(), side="right")) - 1
        if first >= 0 and int(flat.max()) + width <= int(self._ends[first]):
            return None
        index = np.searchsorted(self._bases, flat, side="right").astype(np.int64) - 1
        outside = (index < 0) | (flat + np.uint64(width) > self._ends[index])
        return outside if outside.any() else None

    def outside(self, addresses: np.ndarray, width: int) -> bool:
        return self.load(addresses, width) is not None

    def stored(self, addresses: np.ndarray, width: int) -> None:
        pass
