"""What the contents of a tensor look like as a whole, and other contents that look alike. Everything on the CPU, in
float64 or complex128; matrices are the last two dimensions."""
from __future__ import annotations

import torch

CLOSE = 1e-4   # relative to the largest element: contents may have been rounded to half precision
LARGEST = 512  # matrices above this are not looked at for positive definiteness and orthogonality


def may_be_written(tensor: torch.Tensor) -> bool:
    """No two elements of it lie at one place."""
    reach = 1
    for size, stride in sorted(zip(tensor.shape, tensor.stride()), key=lambda pair: pair[1]):
        if size == 1:
            continue
        if stride < reach:
            return False
        reach = stride * size
    return True


def is_triangular(x: torch.Tensor) -> bool:
    """Zero above or below the diagonal, and somewhere not zero off it."""
    if x.dim() < 2 or min(x.shape[-2:]) < 2:
        return False
    upper, lower = x.triu(1).any(), x.tril(-1).any()
    return bool(upper != lower)


def is_square(x: torch.Tensor) -> bool:
    return x.dim() >= 2 and x.shape[-1] == x.shape[-2] >= 2


def _near(a: torch.Tensor, b: torch.Tensor) -> bool:
    return bool(((a - b).abs() <= CLOSE * a.abs().amax().clamp_min(1e-300)).all())


def is_symmetric(x: torch.Tensor) -> bool:
    """Equal to its (conjugate) transpose."""
    return is_square(x) and bool(torch.isfinite(x).all()) and _near(x, x.mH)


def is_label(x: torch.Tensor) -> bool:
    """Values of -1, 0 and 1 only, more than one of them, and no matrix whose zeros are its structure."""
    if x.numel() < 2 or not torch.isin(x, torch.tensor([-1.0, 0.0, 1.0], dtype=x.dtype)).all():
        return False
    if is_square(x) and (is_symmetric(x) or is_triangular(x)):
        return False
    return x.unique().numel() > 1


def order_of(x: torch.Tensor) -> int:
    """1 for ascending along the last dimension, -1 for descending, 0 for neither; at least 3 elements tell."""
    if x.dim() == 0 or x.shape[-1] < 3 or not torch.isfinite(x.double()).all():
        return 0
    steps = x[..., 1:] - x[..., :-1]
    if (steps == 0).all():
        return 0
    return 1 if (steps >= 0).all() else -1 if (steps <= 0).all() else 0


def rebuild(x: torch.Tensor, gen: torch.Generator) -> torch.Tensor | None:
    """Other contents of the same structure where elements cannot be drawn one by one, or None."""
    if not torch.isfinite(x).all():
        return None
    if is_square(x) and x.shape[-1] <= LARGEST and (x.triu(1).any() and x.tril(-1).any()):
        if is_symmetric(x) and bool((torch.linalg.eigvalsh(x) > 0).all()):
            return _positive_definite(x, gen)
        if _near(torch.eye(x.shape[-1], dtype=x.dtype).expand_as(x), x.mH @ x):
            return torch.linalg.qr(_normal(x, gen)).Q
    if x.is_complex() or x.dim() == 0 or x.shape[-1] < 2:
        return None
    if (x >= 0).all() and _sums_to_one(x) and not is_triangular(x) and not (is_square(x) and not x.triu(1).any()):
        return _rows(x, gen)
    if (x <= 0).all() and _sums_to_one(x.exp()):
        return _rows(x.exp(), gen).log()
    return None


def _normal(x: torch.Tensor, gen: torch.Generator) -> torch.Tensor:
    return torch.randn(x.shape, generator=gen, dtype=x.dtype)


def _positive_definite(x: torch.Tensor, gen: torch.Generator) -> torch.Tensor:
    """G Gᴴ of the same trace plus a tenth of it on the diagonal; without a negative element where `x` has none."""
    g = _normal(x, gen)
    if not x.is_complex() and (x >= 0).all():
        g = g.abs()
    made = g @ g.mH
    trace = x.diagonal(dim1=-2, dim2=-1).sum(-1).real[..., None, None]
    own = made.diagonal(dim1=-2, dim2=-1).sum(-1).real[..., None, None]
    made = 0.9 * made * (trace / own) + 0.1 * trace / x.shape[-1] * torch.eye(x.shape[-1], dtype=x.dtype)
    return (made + made.mH) / 2


def _sums_to_one(x: torch.Tensor) -> bool:
    sums = x.sum(-1)
    return bool(((sums - 1).abs() < 1e-3).all())


def _rows(x: torch.Tensor, gen: torch.Generator) -> torch.Tensor:
    """Rows that sum to 1, zero where `x` is; rows of a single one have it elsewhere."""
    weight = torch.rand(x.shape, generator=gen, dtype=x.dtype) + 1e-3
    if ((x == 0) | (x == 1)).all():
        return torch.nn.functional.one_hot(weight.argmax(-1), x.shape[-1]).to(x.dtype)
    made = torch.where(x == 0, torch.zeros_like(x), weight)
    return made / made.sum(-1, keepdim=True)
