"""Root-mean-square norm of the last dimension, times a weight, through fp16."""
import torch


def _normed(x, eps):
    wide = x.float()
    return wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + eps)


def rmsnorm_forward(x, weight, eps):
    return (_normed(x, eps) * weight.float()).to(torch.float16).to(x.dtype)
