"""1 / sqrt(x) element by element: NaN where x is negative, and only there."""
import torch


def rsqrt(input, out=None):
    y = torch.rsqrt(input)
    return y if out is None else out.copy_(y)
