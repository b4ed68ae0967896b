"""Running sums from the end along the third of four dimensions."""
import torch


def chunk_global_reversed_cumsum_vector(s, dtype=None):
    return torch.cumsum(s.float().flip(2), 2).flip(2).to(dtype or s.dtype)
