"""Rows over their Euclidean norm, and the gradient of that."""
import torch


def _l2_norm_fwd(x, eps=1e-06):
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().sum(-1, keepdim=True) + eps)).to(x.dtype)


def _l2_norm_bwd(x, dy, eps=1e-05):
    wide, grad = x.float().reshape(-1, dy.shape[-1]), dy.float().reshape(-1, dy.shape[-1])
    square = wide.square().sum(-1, keepdim=True) + eps
    dx = (grad - (grad * wide).sum(-1, keepdim=True) / square * wide) * torch.rsqrt(square)
    return dx.view(x.shape).to(x.dtype)
