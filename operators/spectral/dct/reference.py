"""Discrete cosine transform, type II, of the last dimension, as a product with its matrix."""
import torch


def dct(x: torch.Tensor, orthonormal: bool = False) -> torch.Tensor:
    width = x.shape[-1]
    work = torch.promote_types(x.dtype, torch.float32)
    # Angles are reduced as whole numbers and cosines taken in double, so that they are good to the last bit of whatever
    # precision they are used in (and the error bound is not made wide by angles of many turns).
    places = torch.arange(width, device=x.device)
    turns = (2 * places[:, None] + 1) * places % (4 * width)
    turns = torch.minimum(turns, 4 * width - turns)
    matrix = 2 * torch.cos(turns.to(torch.promote_types(work, torch.double)) * (torch.pi / (2 * width)))
    if orthonormal:
        matrix = matrix * (0.5 / width) ** 0.5
        matrix[:, 0] *= 0.5 ** 0.5
    return torch.matmul(x.to(work), matrix.to(work)).to(x.dtype)
