"""What a call asked of the library: a log of dispatched operators, and poison in what is handed out uninitialised.

On the CPU the log stands in for a kernel trace. Operators that the interpreter itself issues do not count.
"""

from __future__ import annotations

from typing import Any, Callable

import torch
from torch._C import DispatchKey, DispatchKeySet
from torch._library.custom_ops import OPDEFS

import work
from dispatch import Mode
from memory import Memory

_EMPTY = frozenset(("empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided"))


class LibraryLog(Mode):
    """`busy` tells whether the interpreter is at work, `launches` how many kernels have run; `memory` is told what
    operators wrote. Equal operators are counted together. An operator that is none of torch's own is looked into; where
    nothing that computes is seen inside, it is *opaque*: whatever it says of itself, it may have done all the work."""

    def __init__(self, busy: Callable[[], bool], memory: Memory | None = None, launches: Callable[[], int] = lambda: 0):
        super().__init__()
        self._busy, self._memory, self._launches = busy, memory, launches
        self._computed = 0  # operators that computed
        self._found: dict[tuple[str, bool, bool], list[int]] = {}  # (name, compute, opaque) -> work, count

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = kwargs or {}
        if self._busy():
            return func(*args, **kwargs)
        if func.namespace not in work.TORCH:
            return self._look_into(func, args, kwargs)
        result = func(*args, **kwargs)
        if work.name_of(func) in _EMPTY and isinstance(result, torch.Tensor):
            poison(result)
        if self._memory is not None:
            self._memory.logged(func, args, kwargs, result)
        self._count(func, args, result, opaque=False)
        return result

    def _look_into(self, func: Any, args: tuple, kwargs: dict) -> Any:
        """Runs another's operator with this mode on, so that what its body asks for is seen."""
        before = self._computed + self._launches()
        with self:
            result = _run(func, args, kwargs, interpreted=self._memory is not None)
        seen = self._computed + self._launches() > before
        if not seen and (self._memory is None or self._memory.is_strange(result)):
            self._count(func, args, result, opaque=True)
        return result

    def _count(self, func: Any, args: tuple, result: Any, opaque: bool) -> None:
        op, amount, compute = work.work_of(func, args, result)
        self._computed += compute
        row = self._found.setdefault((op, compute, opaque), [0, 0])  # as many as there are operators: none is dropped
        row[0] += int(amount)
        row[1] += 1

    def tell(self) -> list[dict]:
        return [
            {"op": op, "work": amount, "compute": compute, "count": count} | ({"opaque": True} if opaque else {})
            for (op, compute, opaque), (amount, count) in self._found.items()
        ]


def _run(func: Any, args: tuple, kwargs: dict, interpreted: bool) -> Any:
    """An operator's body for the device its operands lie on; in the interpreter, what is meant for CUDA alone too."""
    body = getattr(OPDEFS.get(func._schema.name), "_backend_fns", {}).get("cuda")
    if interpreted and body is not None:
        return body(*args, **kwargs)
    on_cpu = interpreted or not any(isinstance(value, torch.Tensor) and value.is_cuda for value in args)
    return func.redispatch(DispatchKeySet(DispatchKey.CPU if on_cpu else DispatchKey.CUDA), *args, **kwargs)


def poison(tensor: torch.Tensor) -> None:
    """Fills fresh memory with ones bits, which is NaN in every floating type: what a kernel never writes must show."""
    if tensor.layout != torch.strided or tensor.is_meta or tensor.numel() == 0:
        return
    storage = tensor.untyped_storage()
    flat = torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(storage, 0, (storage.nbytes(),), (1,))
    flat.fill_(1 if tensor.dtype == torch.bool else 255)
