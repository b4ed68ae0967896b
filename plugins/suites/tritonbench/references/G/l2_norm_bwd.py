"""The gradient of rows over their Euclidean norm."""
import torch


def _l2_norm_bwd(x, dy, eps=1e-05):
    wide, grad = x.float().reshape(-1, dy.shape[-1]), dy.float().reshape(-1, dy.shape[-1])
    square = wide.square().sum(-1, keepdim=True) + eps
    dx = (grad - (grad * wide).sum(-1, keepdim=True) / square * wide) * torch.rsqrt(square)
    return dx.view(x.shape).to(x.dtype)
