"""The mean of exp(input), in the dtype that is asked for."""
import torch


def exp_mean(input, dim=None, keepdim=False, dtype=None, out=None):
    y = torch.mean(torch.exp(input), dim=dim, keepdim=keepdim, dtype=dtype)
    return y if out is None else out.copy_(y)
