"""Cosine, worked out in fp32."""
import torch


def cos(A):
    return torch.cos(A.float()).to(A.dtype)
