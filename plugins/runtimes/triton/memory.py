"""What wrote the bytes that a call computes from and returns, in the interpreter: an argument, a dispatched operator, a
kernel, or nothing that was seen.

The dispatch log says what went through the dispatcher, the interpreter what kernels stored. numpy, ctypes, another
thread or process and a library called past the dispatcher go through neither. So memory is kept twice: beside each
storage lies a copy of it that only logged operators and kernels keep up to date, and bytes that differ from their
copy are *foreign*. A foreign operand of more than one element makes an operator's result foreign. Addresses in no
storage at all are *outside*: they are never touched.
"""

from __future__ import annotations

from typing import Any, Iterable, Iterator

import numpy as np
import torch

import work
from regions import Region, elements, is_scalar, places

# Operators that do not look at what they overwrite.
_OVERWRITES = frozenset("copy_ fill_ zero_ set_ resize_ normal_ uniform_ bernoulli_ random_ exponential_".split())


class Memory:
    """Every storage that a call can reach, as far as it was seen. Off outside calls that are watched."""

    def __init__(self) -> None:
        self.on = False
        self._regions: dict[int, Region] = {}
        self._bases = self._ends = np.zeros(0, dtype=np.uint64)
        self._order: list[Region] = []
        self._stale = True
        self._loaded = 0  # from regions that are no more

    def begin(self, arguments: Iterable[Any], older: Iterable[Any]) -> None:
        """A call begins. `older`: what the candidate keeps from before it, taken as it is where it is not known."""
        self._regions = {base: r for base, r in self._regions.items() if r.is_live()}
        self._loaded, self._stale = 0, True
        for region in self._regions.values():
            region.begin()
        for tensor in tensors_here(arguments):
            self._learn(tensor, known=True)
        for tensor in tensors_here(older):
            if self._of(tensor) is None:
                self._learn(tensor, known=True)

    def logged(self, func: Any, args: tuple, kwargs: dict, result: Any) -> None:
        """An operator ran: what it wrote is what it should be, unless it read what is foreign."""
        operands = {t.untyped_storage().data_ptr() for t in tensors_here((args, kwargs))}
        written = list(tensors_here(_written(func, args, result, operands)))
        if not written:
            return
        read = list(tensors_here(_read(func, args, kwargs)))
        foreign = any(self._is_foreign(tensor) for tensor in read)
        made = any(self._is_made(tensor) for tensor in read)
        for tensor in written:
            if tensor.untyped_storage().data_ptr() not in operands:
                self._learn(tensor, not foreign).made[:] = made
                continue
            region = self._of(tensor) or self._learn(tensor, known=False)
            region.write(tensor, made, foreign)

    def is_strange(self, results: Any) -> bool:
        """Holds any of these bytes that nothing seen wrote?"""
        return any(self._is_foreign(tensor) for tensor in tensors_here(results))

    def launch(self, arguments: Iterable[Any]) -> None:
        """A kernel is about to run on these."""
        for tensor in tensors_here(arguments):
            if self._of(tensor) is None:
                self._learn(tensor, known=False)

    def load(self, addresses: np.ndarray, width: int) -> np.ndarray | None:
        """A kernel is about to load: which addresses are outside every storage, or None."""
        pieces, outside = self._split(addresses, width)
        for region, chosen in pieces:
            region.load(places(chosen, region.base, width), width)
        return outside

    def outside(self, addresses: np.ndarray, width: int) -> bool:
        return self._split(addresses, width)[1] is not None

    def stored(self, addresses: np.ndarray, width: int) -> None:
        """A kernel has stored there."""
        for region, chosen in self._split(addresses, width)[0]:
            region.store(places(chosen, region.base, width))

    def tell(self, results: Iterable[Any], arguments: Iterable[Any]) -> dict:
        """Bytes of what a call gave: `written` in results and in arguments that changed; of these `made` by kernels, or
        by operators from what kernels made, and `foreign`; `loaded`: foreign bytes that kernels computed from."""
        written = made = foreign = 0
        done: set[int] = set()
        for tensor in tensors_here(results):
            region = self._of(tensor)
            size = tensor.numel() * tensor.element_size()
            written += size
            if region is None:
                foreign += size
                continue
            done.add(region.base)
            made += int(np.count_nonzero(region.of(region.made, tensor)))
            foreign += _size(region.foreign_of(tensor), tensor.element_size())
        for tensor in tensors_here(arguments):
            region = self._of(tensor)
            if region is None or region.base in done:
                continue
            done.add(region.base)
            stored, strange = int(np.count_nonzero(region.made)), _size(region.foreign(), tensor.element_size())
            written, made, foreign = written + stored + strange, made + stored, foreign + strange
        loaded = self._loaded + sum(region.loaded() for region in self._regions.values())
        return {"written": written, "made": made, "foreign": foreign, "loaded": loaded}

    def _of(self, tensor: torch.Tensor) -> Region | None:
        """What is known of a tensor's storage; nothing of one that only lies where another did."""
        region = self._regions.get(tensor.untyped_storage().data_ptr())
        return region if region is not None and region.is_live() else None

    def _learn(self, tensor: torch.Tensor, known: bool) -> Region:
        region = Region(tensor, known)
        self._forget(region.base)
        self._regions[region.base] = region
        self._stale = True
        return region

    def _forget(self, base: int) -> None:
        region = self._regions.pop(base, None)
        self._loaded += region.loaded() if region is not None else 0

    def _is_foreign(self, tensor: torch.Tensor) -> bool:
        if tensor.numel() == 1 or is_scalar(tensor):
            return False
        region = self._of(tensor)
        return region is None or bool(region.foreign_of(tensor).any())

    def _is_made(self, tensor: torch.Tensor) -> bool:
        region = self._of(tensor)
        return region is not None and bool(region.of(region.made, tensor).any())

    def _split(self, addresses: np.ndarray, width: int) -> tuple[list[tuple[Region, np.ndarray]], np.ndarray | None]:
        """Addresses by the storage they lie in, and which lie in none."""
        flat = addresses.reshape(-1)
        if not flat.size:
            return [], None
        if self._stale:
            self._sort()
        if not self._order:
            return [], np.ones(flat.size, dtype=bool)
        first = int(np.searchsorted(self._bases, flat.min(), side="right")) - 1
        if first >= 0 and int(flat.max()) + width <= int(self._ends[first]):
            region = self._order[first]
            return ([(region, flat)], None) if region.is_live() else ([], np.ones(flat.size, dtype=bool))
        index = np.searchsorted(self._bases, flat, side="right").astype(np.int64) - 1
        gone = np.array([not region.is_live() for region in self._order])
        outside = (index < 0) | (flat + np.uint64(width) > self._ends[index]) | gone[index]
        pieces = [(self._order[i], flat[(index == i) & ~outside]) for i in np.unique(index[~outside])]
        return pieces, outside if outside.any() else None

    def _sort(self) -> None:
        """Newer storages hide what lay where they lie now."""
        kept: list[Region] = []
        for region in sorted(self._regions.values(), key=lambda r: r.base):
            while kept and region.base < kept[-1].end and kept[-1].number < region.number:
                self._forget(kept.pop().base)
            if kept and region.base < kept[-1].end:
                self._forget(region.base)
            else:
                kept.append(region)
        self._order = kept
        self._bases = np.array([r.base for r in kept], dtype=np.uint64)
        self._ends = np.array([r.end for r in kept], dtype=np.uint64)
        self._stale = False


def _size(odd: np.ndarray, width: int) -> int:
    """Bytes of the elements that have an odd byte."""
    return width * int(np.count_nonzero(elements(odd, width)))


def tensors_here(tree: Any, depth: int = 0) -> Iterator[torch.Tensor]:
    """Tensors in a tree, and behind Triton's wrappers of tensors, that have memory of their own."""
    if isinstance(tree, torch.Tensor):
        if _lies_here(tree):
            yield tree
    elif isinstance(tree, dict):
        yield from tensors_here(list(tree.values()), depth)
    elif isinstance(tree, (list, tuple)) and depth < 32:
        for item in tree:
            yield from tensors_here(item, depth + 1)
    elif type(tree).__module__.startswith("triton.") and isinstance(getattr(tree, "base", None), torch.Tensor):
        yield from tensors_here(tree.base)


def _lies_here(tensor: torch.Tensor) -> bool:
    if tensor.layout != torch.strided or not tensor.numel() or tensor.is_meta:
        return False
    try:
        return tensor.untyped_storage().nbytes() > 0 and tensor.untyped_storage().data_ptr() != 0
    except RuntimeError:  # a subclass that only wraps others
        return False


def _written(func: Any, args: tuple, result: Any, operands: set[int]) -> list:
    """What an operator wrote: its results that are no views of operands, or operands where it returns nothing."""
    returns = func._schema.returns
    if not returns:
        return work.written_operands(func, args)
    results = result if len(returns) > 1 else (result,)
    return [
        tensor
        for value, said in zip(results, returns)
        for tensor in tensors_here(value)
        if (said.alias_info is not None and said.alias_info.is_write)
        or tensor.untyped_storage().data_ptr() not in operands
    ]


def _read(func: Any, args: tuple, kwargs: dict) -> list:
    """Operands that it looks at."""
    overwrites = work.name_of(func) in _OVERWRITES
    read = [v for v, a in zip(args, func._schema.arguments) if not (overwrites and _is_written(a))]
    named = {a.name: a for a in func._schema.arguments}
    return read + [v for name, v in kwargs.items() if not (name in named and named[name].is_out)]


def _is_written(argument: Any) -> bool:
    return argument.alias_info is not None and argument.alias_info.is_write
