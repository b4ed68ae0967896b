"""A value where a mask says so, in place."""
import torch


def masked_fill(x: torch.Tensor, mask: torch.Tensor, value: float) -> None:
    x.masked_fill_(mask, value)
