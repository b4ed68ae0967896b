"""Root-mean-square norm over the last dimensions, times a weight."""
import torch


def rms_norm(x, normalized_shape, weight, eps=1e-05):
    rows = x.float().reshape(*x.shape[:x.dim() - len(normalized_shape)], -1)
    y = rows * torch.rsqrt(rows.square().mean(-1, keepdim=True) + eps)
    return (y * weight.float().reshape(-1)).view(x.shape).to(x.dtype)
