"""Ones of the input's shape, and of its dtype and device unless others are asked for."""
import torch


def ones_like(input, dtype=None, layout=None, device=None, requires_grad=False, memory_format=torch.preserve_format):
    return torch.ones_like(input, dtype=dtype, layout=layout, device=device, requires_grad=requires_grad,
                           memory_format=memory_format)
