"""What wrote the bytes that a call computes from and returns, in the interpreter: an argument, a dispatched operator, a
kernel, or nothing that was seen.

The dispatch log says what went through the dispatcher, the executor what kernels stored. numpy, ctypes, another thread
or process and a library called past the dispatcher go through neither. So memory is kept twice: beside each storage
lies a copy of it that only logged operators and kernels keep up to date, and bytes that differ from their copy are
*foreign*. A foreign operand of more than one element makes an operator's result foreign. Addresses in no storage at all
are *outside*: they are never touched.
"""

from __future__ import annotations

import ctypes
from typing import Any, Iterable, Iterator

import numpy as np
import torch
from torch.multiprocessing.reductions import StorageWeakRef

import work

# Operators that do not look at what they overwrite.
_OVERWRITES = frozenset("copy_ fill_ zero_ set_ resize_ normal_ uniform_ bernoulli_ random_ exponential_".split())

_SCALAR = 16  # bytes: a storage of one number says no more than an argument of a launch could


class Region:
    """One storage: its bytes, what they should be (none where nothing is known of it), which of them kernels made, and
    which foreign ones kernels loaded."""

    def __init__(self, storage: Any, known: bool):
        self.base, self.end = storage.data_ptr(), storage.data_ptr() + storage.nbytes()
        size = storage.nbytes()
        self.alive = StorageWeakRef(storage)
        self.real = np.frombuffer((ctypes.c_uint8 * size).from_address(self.base), dtype=np.uint8)
        self.seen = self.real.copy() if known else None
        self.made = np.zeros(size, dtype=bool)
        self.used: np.ndarray | None = None
        self.compared = -1  # the launch in which `foreign` was worked out
        self._foreign: np.ndarray | None = None

    def foreign(self, at: slice = slice(None)) -> np.ndarray:
        return ~self.made[at] if self.seen is None else self.real[at] != self.seen[at]

    def foreign_in(self, launch: int) -> np.ndarray | None:
        """Foreign bytes as a launch finds them; None where there are none. Kernels make none."""
        if self.compared != launch:
            found = self.foreign()
            self._foreign, self.compared = (found if found.any() else None), launch
        return self._foreign

    def use(self, at: Any, foreign: np.ndarray, width: int) -> None:
        if self.made.size <= _SCALAR:
            return
        if self.used is None:
            self.used = np.zeros(self.made.size, dtype=bool)
        self.used[at] |= np.repeat(_elements(foreign[at], width), width)

    def store(self, at: Any, launch: int) -> None:
        self.made[at] = True
        if self.seen is not None:
            self.seen[at] = self.real[at]
        if self.compared == launch and self._foreign is not None:
            self._foreign[at] = False

    def of(self, array: np.ndarray, tensor: torch.Tensor) -> np.ndarray:
        """The bytes of an array of this region that are a tensor's elements, whatever its strides."""
        width, begin = tensor.element_size(), tensor.data_ptr() - self.base
        if tensor.is_contiguous():
            return array[begin : begin + tensor.numel() * width]
        strides = [stride * width for stride in tensor.stride()]
        return np.lib.stride_tricks.as_strided(array[begin:], (*tensor.shape, width), (*strides, 1))


class Memory:
    """Every storage that a call can reach, as far as it was seen. Off outside calls that are watched."""

    def __init__(self) -> None:
        self.on = False
        self._regions: dict[int, Region] = {}
        self._bases = self._ends = np.zeros(0, dtype=np.uint64)
        self._order: list[Region] = []
        self._stale = True
        self._launch = 0

    def begin(self, arguments: Iterable[Any], older: Iterable[Any]) -> None:
        """A call begins. `older`: what the candidate keeps from before it, taken as it is where it is not known."""
        self._regions = {base: r for base, r in self._regions.items() if not r.alive.expired()}
        for region in self._regions.values():
            region.made[:] = False
            region.used = None
        for tensor in _plain(arguments):
            self._learn(tensor, known=True)
        for tensor in _plain(older):
            if self._of(tensor) is None:
                self._learn(tensor, known=True)
        self._stale, self._launch = True, self._launch + 1

    def logged(self, func: Any, args: tuple, kwargs: dict, result: Any) -> None:
        """An operator ran: what it wrote is what it should be, unless it read what is foreign."""
        operands = {t.untyped_storage().data_ptr() for t in _plain((args, kwargs))}
        written = list(_plain(_written(func, args, result, operands)))
        if not written:
            return
        read = list(_plain(_read(func, args, kwargs)))
        foreign = any(self._is_foreign(tensor) for tensor in read)
        made = any(self._is_made(tensor) for tensor in read)
        for tensor in written:
            region = self._of(tensor)
            if region is None or tensor.untyped_storage().data_ptr() not in operands:
                self._learn(tensor, not foreign).made[:] = made
                continue
            region.of(region.made, tensor)[...] = made
            if region.seen is not None and not foreign:
                region.of(region.seen, tensor)[...] = region.of(region.real, tensor)

    def launch(self, arguments: Iterable[Any]) -> None:
        """A kernel is about to run on these."""
        self._launch += 1
        for tensor in _plain(arguments):
            if self._of(tensor) is None:
                self._learn(tensor, known=False)

    def load(self, addresses: np.ndarray, width: int) -> np.ndarray | None:
        """A kernel is about to load: which addresses are outside every storage, or None."""
        pieces, outside = self._split(addresses, width)
        for region, chosen in pieces:
            foreign = region.foreign_in(self._launch)
            if foreign is not None:
                region.use(_bytes(chosen, region.base, width), foreign, width)
        return outside

    def outside(self, addresses: np.ndarray, width: int) -> bool:
        return self._split(addresses, width)[1] is not None

    def stored(self, addresses: np.ndarray, width: int) -> None:
        """A kernel has stored there."""
        for region, chosen in self._split(addresses, width)[0]:
            region.store(_bytes(chosen, region.base, width), self._launch)

    def tell(self, results: Iterable[Any], arguments: Iterable[Any]) -> dict:
        """Bytes of what a call gave: `written` in results and in arguments that changed; of these `made` by kernels, or
        by operators from what kernels made, and `foreign`; `loaded`: foreign bytes that kernels computed from."""
        written = made = foreign = 0
        done: set[int] = set()
        for tensor in _plain(results):
            region = self._of(tensor)
            size = tensor.numel() * tensor.element_size()
            written += size
            if region is None:
                foreign += size
                continue
            done.add(region.base)
            made += int(np.count_nonzero(region.of(region.made, tensor)))
            foreign += _size(region.of(region.foreign(), tensor), tensor.element_size())
        for tensor in _plain(arguments):
            region = self._of(tensor)
            if region is None or region.base in done:
                continue
            done.add(region.base)
            stored, strange = int(np.count_nonzero(region.made)), _size(region.foreign(), tensor.element_size())
            written, made, foreign = written + stored + strange, made + stored, foreign + strange
        loaded = sum(int(np.count_nonzero(r.used)) for r in self._regions.values() if r.used is not None)
        return {"written": written, "made": made, "foreign": foreign, "loaded": loaded}

    def _of(self, tensor: torch.Tensor) -> Region | None:
        """What is known of a tensor's storage; nothing of one that only lies where another did."""
        storage = tensor.untyped_storage()
        region = self._regions.get(storage.data_ptr())
        same = region is not None and region.end - region.base == storage.nbytes() and not region.alive.expired()
        return region if same else None

    def _learn(self, tensor: torch.Tensor, known: bool) -> Region:
        region = Region(tensor.untyped_storage(), known)
        self._regions[region.base] = region
        self._stale = True
        return region

    def _is_foreign(self, tensor: torch.Tensor) -> bool:
        if tensor.numel() == 1 or tensor.untyped_storage().nbytes() <= _SCALAR:
            return False
        region = self._of(tensor)
        if region is None:
            return True
        if region.seen is None:
            return not region.of(region.made, tensor).all()
        return not np.array_equal(region.of(region.real, tensor), region.of(region.seen, tensor))

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
            return ([], np.ones(flat.size, dtype=bool)) if region.alive.expired() else ([(region, flat)], None)
        index = np.searchsorted(self._bases, flat, side="right").astype(np.int64) - 1
        gone = np.array([region.alive.expired() for region in self._order])
        outside = (index < 0) | (flat + np.uint64(width) > self._ends[index]) | gone[index]
        pieces = [(self._order[i], flat[(index == i) & ~outside]) for i in np.unique(index[~outside])]
        return pieces, outside if outside.any() else None

    def _sort(self) -> None:
        """Newer storages hide what lay where they lie now."""
        kept: list[Region] = []
        for region in sorted(self._regions.values(), key=lambda r: (r.base, r.end)):
            if kept and region.base < kept[-1].end:
                older = kept[-1] if kept[-1].alive.expired() else region
                self._regions.pop(older.base, None)
                if older is region:
                    continue
                kept.pop()
            kept.append(region)
        self._order = kept
        self._bases = np.array([r.base for r in kept], dtype=np.uint64)
        self._ends = np.array([r.end for r in kept], dtype=np.uint64)
        self._stale = False


def _bytes(addresses: np.ndarray, base: int, width: int) -> Any:
    """Where in a storage the elements lie, as an index of bytes: a slice where they are a run."""
    at = (addresses - np.uint64(base)).astype(np.int64)
    first, size = int(at[0]), at.size
    if int(at[-1]) - first == (size - 1) * width and (size < 3 or (np.diff(at) == width).all()):
        return slice(first, first + size * width)
    return (at[:, None] + np.arange(width)).reshape(-1)


def _elements(odd: np.ndarray, width: int) -> np.ndarray:
    """Which elements have an odd byte; bytes that lie after the last whole element do not count."""
    flat = odd.reshape(-1)
    return flat[: flat.size // width * width].reshape(-1, width).any(axis=1)


def _size(odd: np.ndarray, width: int) -> int:
    """Bytes of the elements that have an odd byte."""
    return width * int(np.count_nonzero(_elements(odd, width)))


def _plain(tree: Any, depth: int = 0) -> Iterator[torch.Tensor]:
    """Tensors in a tree, and behind Triton's wrappers of tensors, that lie in this process's memory."""
    if isinstance(tree, torch.Tensor):
        if tree.layout == torch.strided and tree.numel() and not tree.is_meta and tree.untyped_storage().nbytes():
            yield tree
    elif isinstance(tree, dict):
        yield from _plain(list(tree.values()), depth)
    elif isinstance(tree, (list, tuple)) and depth < 32:
        for item in tree:
            yield from _plain(item, depth + 1)
    elif type(tree).__module__.startswith("triton.") and isinstance(getattr(tree, "base", None), torch.Tensor):
        yield from _plain(tree.base)


def _written(func: Any, args: tuple, result: Any, operands: set[int]) -> list:
    """What an operator wrote: its results that are no views of operands, or operands where it returns nothing."""
    returns = func._schema.returns
    if not returns:
        return work.written_operands(func, args)
    results = result if len(returns) > 1 else (result,)
    return [
        tensor
        for value, said in zip(results, returns)
        for tensor in _plain(value)
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
