"""GELU of input - alpha * other."""
import torch.nn.functional as F


def sub_gelu(input, other, alpha=1, approximate="none", out=None):
    y = F.gelu(input - alpha * other, approximate=approximate)
    return y if out is None else out.copy_(y)
