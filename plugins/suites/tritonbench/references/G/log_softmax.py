"""Log-softmax along a dimension, with gradient."""
import torch


def log_softmax(x, dim=-1, dtype=None):
    return torch.log_softmax(x.float(), dim).to(dtype or x.dtype)
