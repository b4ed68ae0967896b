"""GELU, exact or by its tanh approximation, differentiable."""
import torch


def gelu(x: torch.Tensor, approximate: str = "none") -> torch.Tensor:
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    if approximate == "tanh":
        inner = (2.0 / torch.pi) ** 0.5 * (wide + 0.044715 * wide ** 3)
        return (0.5 * wide * (1.0 + torch.tanh(inner))).to(x.dtype)
    return (0.5 * wide * (1.0 + torch.erf(wide * 0.5 ** 0.5))).to(x.dtype)


def gelu_baseline(x: torch.Tensor, approximate: str = "none") -> torch.Tensor:
    return torch.nn.functional.gelu(x, approximate=approximate)
