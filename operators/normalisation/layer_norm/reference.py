"""Layer norm over the last dimension, differentiable."""
import torch


def layer_norm(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float = 1e-5) -> torch.Tensor:
    work = torch.promote_types(x.dtype, torch.float32)
    wide = x.to(work)
    centred = wide - wide.mean(dim=-1, keepdim=True)
    variance = (centred * centred).mean(dim=-1, keepdim=True)
    return (centred * torch.rsqrt(variance + eps) * weight.to(work) + bias.to(work)).to(x.dtype)
