"""Copies of argument trees that keep what a call can tell: strides, offsets, views, shared storage and identity."""
from __future__ import annotations

from typing import Any, Callable, Iterator

import torch


def tensors_of(tree: Any) -> Iterator[torch.Tensor]:
    """Every tensor of a tree of lists, tuples, dictionaries, named tuples and slices, in order."""
    if isinstance(tree, torch.Tensor):
        yield tree
    elif isinstance(tree, dict):
        for value in tree.values():
            yield from tensors_of(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from tensors_of(value)


def map_tensors(tree: Any, change: Callable[[torch.Tensor], Any]) -> Any:
    """The same tree with every tensor replaced; containers are rebuilt, everything else is passed on as it is."""
    if isinstance(tree, torch.Tensor):
        return change(tree)
    if isinstance(tree, dict):
        return {key: map_tensors(value, change) for key, value in tree.items()}
    if isinstance(tree, torch.Size) or not isinstance(tree, (list, tuple)):
        return tree
    items = [map_tensors(value, change) for value in tree]
    if isinstance(tree, list):
        return items
    return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)


def storage_key(tensor: torch.Tensor) -> int:
    """What tells two storages apart while both live; tensors without one (sparse) are their own."""
    try:
        return tensor.untyped_storage()._cdata
    except (NotImplementedError, RuntimeError):
        return id(tensor)


def copy_tree(tree: Any, convert: Callable[[torch.Tensor], torch.Tensor] | None = None) -> Any:
    """Clone every storage once and lay the same views over the clones, so aliasing survives; one tensor object twice in
    the tree is one object in the copy. `convert` turns a flat tensor over a whole storage into what is kept of it (for
    example in fp64); it must keep the number of elements."""
    flats: dict[tuple, torch.Tensor] = {}
    objects: dict[int, torch.Tensor] = {}

    def copy(tensor: torch.Tensor) -> torch.Tensor:
        if id(tensor) in objects:
            return objects[id(tensor)]
        plain = tensor.detach()
        if plain.layout != torch.strided or plain.is_quantized:
            result = plain.clone()
        else:
            key = (storage_key(plain), plain.dtype, plain.is_conj(), plain.is_neg())
            if key not in flats:
                flat = _flat(plain).clone()
                flats[key] = convert(flat) if convert else flat
            result = flats[key].as_strided(plain.shape, plain.stride(), plain.storage_offset())
            result = result.conj() if plain.is_conj() else result
        if isinstance(tensor, torch.nn.Parameter) and (result.is_floating_point() or result.is_complex()):
            result = torch.nn.Parameter(result, requires_grad=tensor.requires_grad)
        elif tensor.requires_grad:
            result = result.detach().requires_grad_(True)
        objects[id(tensor)] = result
        return result

    return map_tensors(tree, copy)


def _flat(tensor: torch.Tensor) -> torch.Tensor:
    """The whole storage as one tensor of the tensor's dtype."""
    storage = tensor.untyped_storage()
    flat = torch.empty(0, dtype=tensor.dtype, device=tensor.device)
    return flat.set_(storage, 0, (storage.nbytes() // tensor.element_size(),), (1,))
