"""Discrete cosine transform, type II, of the last dimension, as a product with its matrix."""
import torch


def dct(x: torch.Tensor, orthonormal: bool = False) -> torch.Tensor:
    width = x.shape[-1]
    work = torch.promote_types(x.dtype, torch.float32)
    # In double, so that the cosines are good to the last bit of whatever precision they are used in.
    places = torch.arange(width, dtype=torch.float64, device=x.device)
    matrix = 2 * torch.cos((2 * places[:, None] + 1) * places * (torch.pi / (2 * width)))
    if orthonormal:
        matrix = matrix * (0.5 / width) ** 0.5
        matrix[:, 0] *= 0.5 ** 0.5
    return torch.matmul(x.to(work), matrix.to(work)).to(x.dtype)
