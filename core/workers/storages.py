"""Storages: the memory that tensors of a tree lie in, on both sides of a memfd.

A storage is described by `{"at", "bytes", "zone", "device"}`: its contents lie at [at, at + bytes) of the memfd, with
`zone` bytes of red zone (0xA5) just before and just after. Storages ascend and do not overlap. `at` is a multiple of
64. Blocks reads a memfd back into memory, red zones included; Sink collects storages and writes a memfd.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from typing import Any, Callable

import torch

from nodes import TreeError

ALIGN = 512  # of contents: what allocators of devices give, so that kernels specialise as on fresh tensors
ZONE = 512  # bytes of red zone on either side
PATTERN = 0xFF  # NaN in every floating type: what is read from there shows
MOST_STORAGES = 20_000
_CHUNK = 64 << 20
# Bound at import: a candidate may replace them in their modules.
_pwrite, _preadv, _fstat = os.pwrite, os.preadv, os.fstat
_string_at, _byte = ctypes.string_at, ctypes.c_ubyte
_empty, _uint8, _frombuffer = torch.empty, torch.uint8, torch.frombuffer


def check_storages(storages: Any, size: int) -> None:
    """TreeError unless `storages` is a list of descriptions that lie, ascending and apart, in a file of `size`
    bytes."""
    if type(storages) is not list or len(storages) > MOST_STORAGES:
        raise TreeError("storages must be a list of bounded length")
    end = 0
    for item in storages:
        if type(item) is not dict or item.keys() != {"at", "bytes", "zone", "device"}:
            raise TreeError("a storage has the keys at, bytes, zone, device")
        at, count, zone, device = item["at"], item["bytes"], item["zone"], item["device"]
        if any(type(n) is not int or n < 0 for n in (at, count, zone)) or at % 64:
            raise TreeError("a storage's at, bytes and zone must be whole, not negative, and at a multiple of 64")
        if at - zone < end or at + count + zone > size:
            raise TreeError("a storage overlaps another or lies outside its file")
        if type(device) is not str or len(device) > 32:
            raise TreeError("a storage's device must be a short text")
        end = at + count + zone


class Blocks:
    """The storages of one memfd, in memory. `device` is where storages of any device but the CPU go: a task recorded on
    another arrives on the worker's own device, whatever that is."""

    def __init__(self, storages: list[dict], fd: int, device: str = "cpu"):
        size = _fstat(fd).st_size
        check_storages(storages, size)
        self.storages = storages
        self.size = max((s["at"] + s["bytes"] + s["zone"] for s in storages), default=0)
        self._memory = _read(fd, self.size)
        self.device = device
        self._flats: list[torch.Tensor | None] = [None] * len(storages)  # bytes of a storage's contents
        self._wide: dict[int, torch.Tensor] = {}  # the same with zones, off the CPU

    def flat(self, index: int) -> torch.Tensor:
        """A storage's contents as a tensor of bytes; every tensor of the storage is a view of its memory."""
        found = self._flats[index]
        if found is None:
            found = self._flats[index] = self._place(index)
        return found

    def _place(self, index: int) -> torch.Tensor:
        at, count, zone = (self.storages[index][key] for key in ("at", "bytes", "zone"))
        remote = self.storages[index]["device"] != "cpu" and self.device != "cpu"
        if not remote:
            # A storage of exactly these bytes, inside the memory that holds its zones too.
            return _frombuffer(self._memory, dtype=_uint8, count=count, offset=at) if count else _empty(0, dtype=_uint8)
        if not count + zone:
            return _empty(0, dtype=_uint8, device=self.device)
        wide = _frombuffer(self._memory, dtype=_uint8, count=count + 2 * zone, offset=at - zone)
        self._wide[index] = wide = wide.to(self.device)
        return wide[zone : zone + count]

    def spans(self) -> list[tuple[int, int, int]]:
        """(index, address, bytes) of every storage that has been placed."""
        return [
            (i, flat.data_ptr(), flat.numel())
            for i, flat in enumerate(self._flats)
            if flat is not None and flat.numel()
        ]

    def write(self, fd: int) -> None:
        """Writes all storages as they are now, red zones included, at the places they were read from."""
        for index, wide in self._wide.items():
            here = wide.cpu()
            at = self.storages[index]["at"] - self.storages[index]["zone"]
            ctypes.memmove(_address(self._memory) + at, here.data_ptr(), here.numel())
        write_all(fd, memoryview(self._memory), 0)

    def damaged(self) -> list[int]:
        """Storages whose red zones do not hold the pattern any more, in the memory that was read."""
        view = memoryview(self._memory)
        bad = []
        for index, item in enumerate(self.storages):
            at, count, zone = item["at"], item["bytes"], item["zone"]
            clean = bytes([PATTERN]) * zone
            if view[at - zone : at] != clean or view[at + count : at + count + zone] != clean:
                bad.append(index)
        return bad


def _read(fd: int, size: int) -> mmap.mmap:
    memory = mmap.mmap(-1, max(size, 1), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    view, done = memoryview(memory), 0
    while done < size:
        got = _preadv(fd, [view[done : min(size, done + _CHUNK)]], done)
        if got <= 0:
            raise TreeError("a memfd ended before its storages did")
        done += got
    return memory


def _address(memory: mmap.mmap) -> int:
    return ctypes.addressof(_byte.from_buffer(memory))


def write_all(fd: int, data: memoryview | bytes, at: int) -> None:
    """Writes all of `data` at a position; OSError where the file may not grow so far."""
    view, done = memoryview(data), 0
    while done < len(view):
        done += _pwrite(fd, view[done : done + _CHUNK], at + done)


class Sink:
    """Collects the storages of trees and writes them to a memfd. It keeps alive what it has seen, so that two tensors
    are known to share memory, or to be one object, until it is dropped.

    `blocks` are the storages of a call's arguments: what shares their memory refers to them, and they come first.
    `ids` are objects that have a number already (a Decoder's `objects`)."""

    def __init__(self, blocks: Blocks | None = None, ids: dict[int, Any] | None = None, zone: int = ZONE):
        self.storages: list[dict] = list(blocks.storages) if blocks else []
        self._blocks = blocks
        self._zone = -(-zone // ALIGN) * ALIGN
        self._end = blocks.size if blocks else 0
        self._spans = blocks.spans() if blocks else []
        self._pending: list[tuple[int, Callable[[], tuple[Any, Any]]]] = []
        self._numbers = {id(value): number for number, value in (ids or {}).items()}
        self._kept: list[Any] = list((ids or {}).values())
        self._next = max(ids or {}, default=-1) + 1

    def number(self, value: Any) -> int:
        """The identity of an object: the same number for the same object."""
        if id(value) not in self._numbers:
            self._numbers[id(value)] = self._next
            self._next += 1
            self._kept.append(value)
        return self._numbers[id(value)]

    def place(self, tensor: torch.Tensor) -> tuple[int, int]:
        """(storage index, byte offset in it of the tensor's first element); memory not seen before gets a new
        storage."""
        storage = tensor.untyped_storage()
        size, start = storage.nbytes(), storage.data_ptr()
        first = start + tensor.storage_offset() * tensor.element_size()
        last = first + _extent(tensor)
        for index, address, count in self._spans:
            if address <= first and last <= address + count:
                return index, first - address
        self._kept.append(storage)
        index = self.reserve(size, str(storage.device), lambda: _bytes_of(storage))
        if size:
            self._spans.append((index, start, size))
        return index, first - start

    def reserve(self, count: int, device: str, contents: Callable[[], tuple[Any, Any]]) -> int:
        """A new storage of `count` bytes; `contents` gives (owner, bytes) when the sink is written."""
        at = -(-(self._end + self._zone) // ALIGN) * ALIGN
        self.storages.append({"at": at, "bytes": count, "zone": self._zone, "device": device})
        self._end = at + count + self._zone
        self._pending.append((len(self.storages) - 1, contents))
        return len(self.storages) - 1

    def write(self, fd: int) -> None:
        """Writes arguments as they are now, then what was collected, with its red zones. Call it once, at the end."""
        if self._blocks:
            self._blocks.write(fd)
        for index, contents in self._pending:
            item = self.storages[index]
            edge = bytes([PATTERN]) * item["zone"]
            write_all(fd, edge, item["at"] - item["zone"])
            if item["bytes"]:
                owner, view = contents()
                write_all(fd, view, item["at"])
            write_all(fd, edge, item["at"] + item["bytes"])


def _extent(tensor: torch.Tensor) -> int:
    """Bytes from a tensor's first element to the end of its last; strides are never negative."""
    if tensor.numel() == 0:
        return 0
    return (sum((n - 1) * s for n, s in zip(tensor.shape, tensor.stride())) + 1) * tensor.element_size()


def _bytes_of(storage: Any) -> tuple[Any, memoryview]:
    """The contents of a storage, without a copy where it lies on the CPU, and what must live as long as they are
    used."""
    here = storage if storage.device.type == "cpu" else storage.cpu()
    return here, memoryview((_byte * here.nbytes()).from_address(here.data_ptr())).cast("B")
