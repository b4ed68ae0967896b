"""The first place of the largest value along one dimension."""
import torch


def argmax(x: torch.Tensor, dim: int = -1, keepdim: bool = False) -> torch.Tensor:
    return torch.argmax(x, dim, keepdim=keepdim)
