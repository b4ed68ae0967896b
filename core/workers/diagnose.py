"""Guesses at why values are wrong, in a kernel expert's words: for a person and a repair prompt, never a verdict."""
from __future__ import annotations

import torch

MANY = 4  # wrong elements from which a pattern is told


def diagnose(y: torch.Tensor, r: torch.Tensor, bad: torch.Tensor, dtype: torch.dtype | None,
             arguments: list[tuple[str, torch.Tensor]]) -> str:
    """One guess or an empty text. `y` got, `r` expected, `bad` where they disagree; all fp64 or bool, of one shape."""
    for guess in (_constant(y, r), _not_finite(y, r, bad), _argument(y, arguments), _transposed(y, r, bad),
                  _place(bad), _factor(y, r, bad), _shifted(y, r), _precision(y, r, dtype)):
        if guess:
            return guess
    return ""


def _constant(y: torch.Tensor, r: torch.Tensor) -> str:
    if y.numel() > 1 and bool((y == y.flatten()[0]).all()) and not bool((r == r.flatten()[0]).all()):
        value = float(y.flatten()[0])
        return "all zeros: was the output written?" if value == 0 else f"every element is {value:.3g}"
    return ""


def _not_finite(y: torch.Tensor, r: torch.Tensor, bad: torch.Tensor) -> str:
    nan = torch.isnan(y) & ~torch.isnan(r)
    if bool(nan.any()):
        if bool(nan.all()):
            return "all NaN"
        return f"{int(nan.sum())} NaN where none belongs" + (": " + _place(nan) if _place(nan) else "")
    inf = torch.isinf(y) & torch.isfinite(r)
    if bool(inf.any()):
        return f"{int(inf.sum())} infinities where none belongs: overflow?"
    if bool((torch.isnan(r) & ~torch.isnan(y)).any()):
        return "a NaN of the input is lost"
    return ""


def _argument(y: torch.Tensor, arguments: list[tuple[str, torch.Tensor]]) -> str:
    for name, tensor in arguments:
        if y.numel() > 1 and tensor.shape == y.shape and torch.equal(tensor.detach().to(y), y):
            return f"equals argument {name}: nothing was computed"
    return ""


def _close(y: torch.Tensor, r: torch.Tensor) -> bool:
    return y.shape == r.shape and torch.allclose(y, r, rtol=1e-3, atol=1e-6, equal_nan=True)


def _transposed(y: torch.Tensor, r: torch.Tensor, bad: torch.Tensor) -> str:
    if y.dim() >= 2 and y.shape[-1] > 1 and y.shape[-2] > 1 and int(bad.sum()) >= MANY:
        if _close(y, r.transpose(-1, -2)):
            return "transposed"
        if _close(y.flatten(-2), r.transpose(-1, -2).flatten(-2)):
            return "rows and columns are exchanged in memory: strides?"
    return ""


def _place(bad: torch.Tensor) -> str:
    """Only at an end of one dimension?"""
    if not bad.numel() or bool(bad.all()):
        return ""
    for dim in reversed(range(bad.dim())):
        size = bad.shape[dim]
        if size < 2:
            continue
        hit = bad.movedim(dim, -1).reshape(-1, size).any(0)
        places = hit.nonzero().flatten()
        first, last = int(places[0]), int(places[-1])
        what = "columns" if dim == bad.dim() - 1 and bad.dim() > 1 else "elements" if bad.dim() == 1 else \
            "rows" if dim == bad.dim() - 2 else f"of dimension {dim}"
        one = what.rstrip("s") if what in ("columns", "elements", "rows") else what
        if last == size - 1 and first > size // 2 and first > 0:
            return f"the last {one} only" if first == last else f"the last {last - first + 1} {what} only: a tail mask?"
        if first == 0 and last < size // 2:
            return f"the first {one} only" if last == 0 else f"the first {last + 1} {what} only"
    return ""


def _factor(y: torch.Tensor, r: torch.Tensor, bad: torch.Tensor) -> str:
    if int(bad.sum()) < MANY:
        return ""
    good = torch.isfinite(y) & torch.isfinite(r) & (r != 0) & bad
    if int(good.sum()) < MANY:
        return ""
    ratio = y[good] / r[good]
    middle = float(ratio.median())
    if middle and abs(middle - 1) > 1e-4 and float((ratio - middle).abs().max()) < 1e-2 * abs(middle - 1) + 1e-6:
        return f"off by a constant factor of {middle:.6g}"
    away = y[good] - r[good]
    middle = float(away.median())
    if middle and float((away - middle).abs().max()) < 1e-2 * abs(middle):
        return f"off by a constant {middle:.4g}"
    return ""


def _shifted(y: torch.Tensor, r: torch.Tensor) -> str:
    if y.dim() and y.shape[-1] > MANY:
        for name, a, b in (("later", y[..., 1:], r[..., :-1]), ("earlier", y[..., :-1], r[..., 1:])):
            if _close(a, b) and not _close(a, torch.zeros_like(a)):
                return f"every element stands one place {name} than it should"
    return ""


def _precision(y: torch.Tensor, r: torch.Tensor, dtype: torch.dtype | None) -> str:
    """Small errors everywhere that fit a lower precision."""
    finite = torch.isfinite(y) & torch.isfinite(r)
    if dtype is None or not bool(finite.any()):
        return ""
    error = float((y - r)[finite].square().mean().sqrt())
    scale = float(r[finite].square().mean().sqrt())
    unit = torch.finfo(dtype).eps
    if not scale or error >= 2.0 ** -5 * scale:
        return ""
    relative = error / scale
    for name, size in (("TF32 or fp16", 2.0 ** -11), ("bf16", 2.0 ** -8)):
        if unit < size / 4 and size / 16 < relative < size * 2:
            return f"rounding like {name}: is something kept or summed in too low a precision?"
    return "close: summed in too low a precision, or a slightly different formula?" if relative < 2.0 ** -7 else ""
