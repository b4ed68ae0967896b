"""tanh of the natural logarithm: NaN where the input is negative, -1 where it is 0."""
import torch


def log_tanh(input, out=None):
    y = torch.tanh(torch.log(input))
    return y if out is None else out.copy_(y)
