"""GELU, then the smallest value, of all or along a dimension."""
import torch
import torch.nn.functional as F


def gelu_min(input, approximate="none", dim=None, keepdim=False, out=None):
    if approximate not in ("none", "tanh"):
        raise ValueError(f"approximate is {approximate!r}, not 'none' or 'tanh'")
    y = F.gelu(input, approximate=approximate)
    if dim is None:
        return torch.min(y)
    values, indices = torch.min(y, dim=dim, keepdim=keepdim)
    if out is not None:
        out[0].copy_(values)
        out[1].copy_(indices)
    return values, indices
