"""What sort of value a result is, and its numbers."""
from __future__ import annotations

from typing import Any

import torch

from bound import real


def is_floating(value: Any) -> bool:
    if isinstance(value, torch.Tensor):
        return value.dtype.is_floating_point or value.dtype.is_complex
    return isinstance(value, (float, complex))


def numbers(value: Any, device: torch.device) -> torch.Tensor:
    if not isinstance(value, torch.Tensor):
        dtype = torch.complex128 if isinstance(value, complex) else torch.float64
        value = torch.tensor(value, dtype=dtype, device=device)
    return real(value)


def shape_of(value: Any) -> Any:
    """What must not differ between the fp64 run and the working one."""
    if isinstance(value, torch.Tensor):
        return is_floating(value), value.dtype.is_complex, tuple(value.shape)
    return type(value)


def clean_bits(tensor: torch.Tensor) -> torch.Tensor:
    return torch.nan_to_num(tensor.detach()) if tensor.is_floating_point() else tensor.detach()
