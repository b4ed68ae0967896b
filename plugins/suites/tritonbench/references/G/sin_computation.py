"""Sine, written into `out`."""
import torch


def sin_triton(x, out):
    out.copy_(torch.sin(x))
