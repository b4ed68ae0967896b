"""Sums along dimensions, then the standard deviation of all the sums."""
import torch


def sum_std(input, dim=None, keepdim=False, dtype=None, correction=1, out=None):
    y = torch.std(torch.sum(input, dim=dim, keepdim=keepdim, dtype=dtype), correction=correction)
    return y if out is None else out.copy_(y)
