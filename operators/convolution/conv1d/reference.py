"""Convolution along one dimension, padded on both sides or (causal) on the left alone."""
import torch


def conv1d(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None, padding: int = 0,
           dilation: int = 1, causal: bool = False) -> torch.Tensor:
    work = torch.promote_types(x.dtype, torch.float32)
    bias = None if bias is None else bias.to(work)
    sides = ((weight.shape[2] - 1) * dilation, 0) if causal else (padding, padding)
    padded = torch.nn.functional.pad(x.to(work), sides)
    return torch.nn.functional.conv1d(padded, weight.to(work), bias, dilation=dilation).to(x.dtype)


def conv1d_baseline(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None, padding: int = 0,
                    dilation: int = 1, causal: bool = False) -> torch.Tensor:
    if causal:
        x, padding = torch.nn.functional.pad(x, ((weight.shape[2] - 1) * dilation, 0)), 0
    return torch.nn.functional.conv1d(x, weight, bias, padding=padding, dilation=dilation)
