"""exp of the tiled input."""
import torch


def fused_tile_exp(input, dims, *, out=None):
    y = torch.exp(torch.tile(input, tuple(dims)))
    return y if out is None else out.copy_(y)
