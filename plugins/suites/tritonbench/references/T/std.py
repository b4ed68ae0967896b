"""Standard deviation with the correction that is asked for."""
import torch


def std(input, dim=None, correction=1, keepdim=False, out=None):
    y = torch.std(input, dim=dim, correction=correction, keepdim=keepdim)
    return y if out is None else out.copy_(y)
