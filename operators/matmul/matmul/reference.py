"""Product of two matrices."""
import torch


def matmul(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    work = torch.promote_types(a.dtype, torch.float32)
    return torch.mm(a.to(work), b.to(work)).to(a.dtype)


def matmul_baseline(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.mm(a, b)
