"""A linear layer and GELU in one, differentiable; step by step, so that the error bound sees every rounding."""
import torch


def linear_gelu(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
                approximate: str = "none") -> torch.Tensor:
    work = torch.promote_types(x.dtype, torch.float32)
    pre = torch.matmul(x.to(work), weight.to(work).T)
    if bias is not None:
        pre = pre + bias.to(work)
    if approximate == "tanh":
        inner = (2.0 / torch.pi) ** 0.5 * (pre + 0.044715 * pre ** 3)
        return (0.5 * pre * (1.0 + torch.tanh(inner))).to(x.dtype)
    return (0.5 * pre * (1.0 + torch.erf(pre * 0.5 ** 0.5))).to(x.dtype)


def linear_gelu_baseline(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
                         approximate: str = "none") -> torch.Tensor:
    return torch.nn.functional.gelu(torch.nn.functional.linear(x, weight, bias), approximate=approximate)
