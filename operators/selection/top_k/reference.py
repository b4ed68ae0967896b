"""The k largest or smallest elements of every row, in order, and their places."""
import torch


def top_k(x: torch.Tensor, k: int, largest: bool = True) -> tuple[torch.Tensor, torch.Tensor]:
    values, indices = torch.topk(x, k, dim=-1, largest=largest, sorted=True)
    return values, indices
