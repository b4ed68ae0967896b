"""Walsh-Hadamard transform of the last dimension, stage by stage."""
import torch


def walsh_hadamard(x: torch.Tensor, scale: float | None = None) -> torch.Tensor:
    width = x.shape[-1]
    y = x.to(torch.promote_types(x.dtype, torch.float32))
    half = 1
    while half < width:
        pairs = y.reshape(*x.shape[:-1], width // (2 * half), 2, half)
        one, other = pairs.unbind(-2)
        y = torch.stack((one + other, one - other), dim=-2).reshape(x.shape)
        half *= 2
    return (y * (width ** -0.5 if scale is None else scale)).to(x.dtype)
