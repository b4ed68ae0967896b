"""Where the largest element is, of all or along a dimension."""
import torch


def argmax(inp, dim=None, keepdim=False, *, dtype=None):
    return torch.argmax(inp, dim=dim, keepdim=keepdim)
