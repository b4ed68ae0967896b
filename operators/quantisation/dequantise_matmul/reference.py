"""Product of floating activations and an int8 weight whose columns have a scale and perhaps a zero point."""
import torch


def dequantise_matmul(x: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor,
                      zero: torch.Tensor | None = None) -> torch.Tensor:
    work = torch.promote_types(x.dtype, torch.float32)
    wide = weight.to(work)
    if zero is not None:
        wide = wide - zero.to(work)
    return (torch.mm(x.to(work), wide) * scale.to(work)).to(x.dtype)
