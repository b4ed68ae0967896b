"""GELU, then the smallest value, of all or along a dimension."""
import torch
import torch.nn.functional as F


def min_gelu(input, dim=None, keepdim=False, approximate="none", out=None):
    if approximate not in ("none", "tanh"):
        raise ValueError(f"approximate is {approximate!r}, not 'none' or 'tanh'")
    y = F.gelu(input, approximate=approximate)
    if dim is None:
        return torch.min(y) if out is None else out.copy_(torch.min(y))
    return torch.min(y, dim=dim, keepdim=keepdim, out=out)
