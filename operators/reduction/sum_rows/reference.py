"""Sum over the last dimension."""
import torch


def sum_rows(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.promote_types(x.dtype, torch.float32)).sum(dim=-1).to(x.dtype)


def sum_rows_baseline(x: torch.Tensor) -> torch.Tensor:
    return x.sum(dim=-1, dtype=x.dtype)
