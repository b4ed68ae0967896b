"""The largest element of all, or along a dimension with where it is."""
from collections import namedtuple

import torch


Found = namedtuple("max", ["values", "indices"])


def max(inp):
    return torch.max(inp)


def max_dim(inp, dim=None, keepdim=False):
    return Found(*torch.max(inp, dim=dim, keepdim=keepdim))
