"""The mean over dimensions, summed in fp32."""
import torch


def mean_dim(x, dim, keepdim=False, *, dtype=None):
    return torch.mean(x.float(), dim=dim, keepdim=keepdim).to(dtype or x.dtype)
