"""Mean and variance along one dimension."""
import torch


def mean_variance(x: torch.Tensor, dim: int = -1, correction: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    mean = wide.mean(dim)
    centred = wide - mean.unsqueeze(dim)
    variance = (centred * centred).sum(dim) / max(x.shape[dim] - correction, 0)
    return mean.to(x.dtype), variance.to(x.dtype)


def mean_variance_baseline(x: torch.Tensor, dim: int = -1, correction: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    variance, mean = torch.var_mean(x, dim, correction=correction)
    return mean, variance
