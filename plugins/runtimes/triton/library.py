"""What a call asked of the library: a log of dispatched operators, and poison in what is handed out uninitialised.

On the CPU the log stands in for a kernel trace. Operators that the interpreter itself issues do not count.
"""

from __future__ import annotations

from typing import Any, Callable

import torch

import work
from dispatch import Mode

_EMPTY = frozenset(("empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided"))


class LibraryLog(Mode):
    """`busy` tells whether the interpreter is at work. Equal operators are counted together."""

    def __init__(self, busy: Callable[[], bool]):
        super().__init__()
        self._busy = busy
        self._found: dict[tuple[str, bool], list[int]] = {}  # -> work, count

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if self._busy():
            return result
        name = func._schema.name.split("::", 1)[-1]
        if name in _EMPTY and isinstance(result, torch.Tensor):
            poison(result)
        op, amount, compute = work.work_of(func, args, result)
        row = self._found.setdefault((op, compute), [0, 0])  # as many rows as there are operators: nothing is dropped
        row[0] += int(amount)
        row[1] += 1
        return result

    def tell(self) -> list[dict]:
        return [
            {"op": op, "work": amount, "compute": compute, "count": count}
            for (op, compute), (amount, count) in self._found.items()
        ]


def poison(tensor: torch.Tensor) -> None:
    """Fills fresh memory with ones bits, which is NaN in every floating type: what a kernel never writes must show."""
    if tensor.layout != torch.strided or tensor.is_meta or tensor.numel() == 0:
        return
    storage = tensor.untyped_storage()
    flat = torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(storage, 0, (storage.nbytes(),), (1,))
    flat.fill_(1 if tensor.dtype == torch.bool else 255)
