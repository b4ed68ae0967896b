"""What a call asked of the library: a log of dispatched operators, and poison in what is handed out uninitialised.

On the CPU the log stands in for a kernel trace. Operators that the interpreter itself issues do not count.
"""

from __future__ import annotations

from typing import Any, Callable

import torch
from torch._library.custom_ops import OPDEFS

import work
from dispatch import Mode
from memory import Memory

_EMPTY = frozenset(("empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided"))


class LibraryLog(Mode):
    """`busy` tells whether the interpreter is at work; `memory` is told what operators wrote. Equal operators are
    counted together. An operator that is none of torch's own is looked into, and counts itself only where nothing is
    seen inside."""

    def __init__(self, busy: Callable[[], bool], memory: Memory | None = None, launches: Callable[[], int] = lambda: 0):
        super().__init__()
        self._busy, self._memory, self._launches = busy, memory, launches
        self._seen = 0
        self._found: dict[tuple[str, bool], list[int]] = {}  # -> work, count

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = kwargs or {}
        if func.namespace not in work.TORCH and not self._busy():
            before = self._seen + self._launches()
            result = self._inside(func, args, kwargs)
            if self._seen + self._launches() > before:
                return result
        else:
            result = func(*args, **kwargs)
        if self._busy():
            return result
        self._seen += 1
        name = func._schema.name.split("::", 1)[-1]
        if name in _EMPTY and isinstance(result, torch.Tensor):
            poison(result)
        if self._memory is not None:
            self._memory.logged(func, args, kwargs, result)
        op, amount, compute = work.work_of(func, args, result)
        row = self._found.setdefault((op, compute), [0, 0])  # as many rows as there are operators: nothing is dropped
        row[0] += int(amount)
        row[1] += 1
        return result

    def _inside(self, func: Any, args: tuple, kwargs: dict) -> Any:
        """Runs a custom operator: its Python body with this mode on, where it has one."""
        body = _body(func)
        if body is None:
            return func(*args, **kwargs)
        with self:
            return body(*args, **kwargs)

    def tell(self) -> list[dict]:
        return [
            {"op": op, "work": amount, "compute": compute, "count": count}
            for (op, compute), (amount, count) in self._found.items()
        ]


def _body(func: Any) -> Callable | None:
    """What was given to torch.library.custom_op for this device; on the CPU, what is meant for CUDA."""
    made = OPDEFS.get(func._schema.name)
    bodies = getattr(made, "_backend_fns", {})
    return bodies.get("cuda") or bodies.get(None) or bodies.get("cpu")


def poison(tensor: torch.Tensor) -> None:
    """Fills fresh memory with ones bits, which is NaN in every floating type: what a kernel never writes must show."""
    if tensor.layout != torch.strided or tensor.is_meta or tensor.numel() == 0:
        return
    storage = tensor.untyped_storage()
    flat = torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(storage, 0, (storage.nbytes(),), (1,))
    flat.fill_(1 if tensor.dtype == torch.bool else 255)
