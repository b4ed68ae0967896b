"""tanh of the square root: NaN where the input is negative."""
import torch


def sqrt_tanh(input, out=None):
    y = torch.tanh(torch.sqrt(input))
    return y if out is None else out.copy_(y)
