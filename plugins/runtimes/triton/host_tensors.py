"""Which tensors of a program that is mapped to the CPU (cuda_on_cpu) would lie on the host: those that a factory made
without asking for a CUDA device. A kernel cannot read them on a GPU, so it may not here.

The mark is on the object: what is computed from a host tensor otherwise is not marked. So some are missed, none is made
up.
"""

from __future__ import annotations

from typing import Any

import torch

_MARK = "_lies_on_host"
# Those that make a tensor from nothing; `*_like`, `new_*` and `to` follow the tensor that is their first argument.
FACTORIES = frozenset("""empty zeros ones full rand randn randint randperm arange linspace logspace eye tensor
    empty_strided scalar_tensor tril_indices triu_indices normal range from_file empty_permuted""".split())

_default = [0]  # above zero: `with torch.device("cuda")` or set_default_device is in force


def default_to_cuda(change: int) -> None:
    _default[0] += change


def default_is_cuda(is_cuda: bool) -> None:
    _default[0] = int(is_cuda)


def is_marked(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and _MARK in value.__dict__


def made(value: Any, asked_for_cuda: bool, args: tuple) -> Any:
    """What a factory made, marked where it would lie on the host."""
    if not asked_for_cuda and not _default[0] and type(value) is torch.Tensor:
        setattr(value, _MARK, True)
    return value


def followed(value: Any, asked_for_cuda: bool, args: tuple) -> Any:
    """What was made after its first argument, a tensor."""
    if asked_for_cuda:
        return moved(value)
    if args and is_marked(args[0]) and type(value) is torch.Tensor:
        setattr(value, _MARK, True)
    return value


def moved(value: Any) -> Any:
    """A tensor on its way to a GPU: another object where it was marked."""
    return value.clone() if is_marked(value) else value
