"""Parts of a call's arguments, and what stands in their place when they are ignored: a tensor, a scalar, the last
element (what a wrong bound loses), the last tile (what a forgotten mask loses)."""
from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any, Callable, Iterator

import torch

from calls import Arguments
from kinds import is_floating
from runs import fresh, leaves_of

TENSOR, SCALAR, ELEMENT, TILE = "tensor", "scalar", "last element", "last tile"
BLOCK = 16  # the least that kernels take at a time: where some call has more, a tile is what is left over beyond it


@dataclass(frozen=True)
class Part:
    position: int   # of the leaf in the arguments
    argument: str
    part: str
    where: str      # a dimension, counted from the last; each must show for itself
    region: tuple   # of a tensor
    values: Callable[[], Iterator[Any]]  # what can stand for the leaf, one after the other


def wide_of(leaves: list[tuple[str, Any]]) -> set[tuple[str, int]]:
    """(argument, dimension) of more than a block."""
    return {(name, dim) for name, value in leaves if isinstance(value, torch.Tensor)
            for dim in range(-value.dim(), 0) if value.shape[dim] > BLOCK}


def parts_of(leaves: list[tuple[str, Any]], wide: set[tuple[str, int]]) -> Iterator[Part]:
    """All parts of the arguments that a call has; what is empty, a dtype, a text or None has none. `wide` is of all the
    entry's calls."""
    for position, (name, value) in enumerate(leaves):
        if isinstance(value, (bool, int, float)):
            yield Part(position, name, SCALAR, "", (), lambda value=value: iter(other_scalars(value)))
        elif isinstance(value, torch.Tensor) and value.layout == torch.strided and value.numel():
            plain = value.detach()
            yield Part(position, name, TENSOR, "", (...,), lambda plain=plain: other_tensors(plain))
            for where, region, beside in ends(plain.shape):
                yield _end(position, name, ELEMENT, where, plain, region, beside)
            narrow = {dim for dim in range(-plain.dim(), 0) if (name, dim) not in wide}
            for where, region, beside in tiles(plain.shape, narrow):
                yield _end(position, name, TILE, where, plain, region, beside)


def _end(position: int, name: str, part: str, where: str, tensor: torch.Tensor, region: tuple, beside: tuple) -> Part:
    return Part(position, name, part, where, region, lambda: without(tensor, region, beside))


def other_scalars(value: Any) -> list[Any]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return list(dict.fromkeys(n for n in (value + 1, value - 1, 0) if n != value))
    return [value * 1.5, 0.0] if value and math.isfinite(value) else [1.0 if value == 0 else 0.0]


def other_tensors(tensor: torch.Tensor) -> Iterator[torch.Tensor]:
    """Zeros; then, for numbers of which zeros may be the very ones, other values that the tensor may hold; then, for
    matrices that must have an inverse, the half."""
    yield torch.zeros_like(tensor, memory_format=torch.contiguous_format)
    yield ~tensor if tensor.dtype == torch.bool else tensor.roll(1)
    if is_floating(tensor):
        yield tensor * 0.5


def without(tensor: torch.Tensor, region: tuple, beside: tuple) -> Iterator[torch.Tensor]:
    """The tensor with a region replaced: by zeros, by what stands before it, by its half; indices stay among the
    tensor's own."""
    if is_floating(tensor):
        fillings = [0, tensor[beside], tensor[region] * 0.5]
    elif tensor.dtype == torch.bool:
        fillings = [~tensor[region], tensor[beside]]
    else:
        fillings = [tensor[beside], tensor.flatten()[0], 0]
    for filling in fillings:
        made = tensor.clone(memory_format=torch.contiguous_format)
        made[region] = filling
        yield made


def ends(shape: torch.Size) -> Iterator[tuple[str, tuple, tuple]]:
    """(where, region, what stands before it): the last slice along each dimension, then the last element of all."""
    long = [dim for dim in range(-1, -len(shape) - 1, -1) if shape[dim] > 1]
    for dim in long:
        yield f"dimension {dim}", *_slices(len(shape), dim, shape[dim] - 1)
    if len(long) > 1:
        last = [slice(size - 1, size) for size in shape]
        before = list(last)
        before[long[0]] = slice(shape[long[0]] - 2, shape[long[0]] - 1)
        yield "the very last one", tuple(last), tuple(before)


def tiles(shape: torch.Size, narrow: set[int]) -> Iterator[tuple[str, tuple, tuple]]:
    """The same for what lies beyond the last full block, a power of two, of the last two dimensions."""
    for dim in range(-1, -min(len(shape), 2) - 1, -1):
        if shape[dim] > (1 if dim in narrow else BLOCK):
            yield f"dimension {dim}", *_slices(len(shape), dim, 1 << (shape[dim] - 1).bit_length() - 1)


def _slices(dims: int, dim: int, start: int) -> tuple[tuple, tuple]:
    """Everything from `start` on along a dimension, and the slice before it."""
    region, beside = [slice(None)] * dims, [slice(None)] * dims
    region[dim], beside[dim] = slice(start, None), slice(start - 1, start)
    return tuple(region), tuple(beside)


def put(function: Callable | None, arguments: Arguments, position: int, value: Any) -> Arguments:
    """A copy of the arguments with another leaf: in its old layout, unless its elements share memory."""
    made = fresh(arguments)
    leaf = leaves_of(function, made)[position][1]
    if isinstance(leaf, torch.Tensor):
        if all(stride for size, stride in zip(leaf.shape, leaf.stride()) if size > 1):
            leaf.detach().copy_(value)
            return made
        value = value.clone().requires_grad_(leaf.requires_grad)
    return _replaced(made, position, value)


def _replaced(arguments: Arguments, position: int, value: Any) -> Arguments:
    """The same tree with the leaf at a position, as `walk` counts, replaced."""
    count = itertools.count()

    def visit(tree: Any) -> Any:
        if isinstance(tree, dict):
            return {key: visit(item) for key, item in tree.items()}
        if not isinstance(tree, (list, tuple)):
            return value if next(count) == position else tree
        items = [visit(item) for item in tree]
        if isinstance(tree, list):
            return items
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)

    return visit(arguments)
