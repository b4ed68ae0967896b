"""Sine."""
import torch


def call_kernel(x):
    return torch.sin(x)
