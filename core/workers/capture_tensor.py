"""One tensor of a call, told without its data: what a case of operators/README.md needs to draw one like it."""
from __future__ import annotations

import math
from typing import Any

import torch

MOST_VALUES = 65_536  # elements of a tensor whose data is kept, where data was asked for
DTYPES = {getattr(torch, name): name for name in (
    "float64 float32 float16 bfloat16 int64 int32 int16 int8 uint8 bool complex64 complex128").split()}


class CannotTell(ValueError):
    """Why a tensor cannot be told; one line."""


def look(tensor: torch.Tensor, data: bool) -> tuple[dict, dict, list[str]]:
    """(spec as in operator.yaml, statistics for people, what the spec does not say)."""
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.dtype not in DTYPES:
        raise CannotTell(f"a tensor of layout {tensor.layout} and dtype {tensor.dtype}")
    plain = tensor.detach().resolve_conj().resolve_neg()
    layout, notes = layout_of(plain)
    spec: dict[str, Any] = {"tensor": list(plain.shape), "dtype": DTYPES[plain.dtype]}
    seen = statistics(plain)
    if data and plain.numel() <= MOST_VALUES and not plain.is_complex():
        spec["values"] = [told(value) for value in plain.reshape(-1).tolist()]
    else:
        spec.update(draw_for(plain, seen))
        if data:
            notes.append(f"its data was not kept: complex, or more than {MOST_VALUES} elements")
    if layout != "contiguous":
        spec["layout"] = layout
    if tensor.requires_grad and torch.is_grad_enabled():
        seen["asks for a gradient"] = True
    return spec, seen, notes


def told(value: float | int | bool) -> float | int | bool | str:
    """A number as JSON and YAML may say it."""
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def layout_of(tensor: torch.Tensor) -> tuple[str, list[str]]:
    """The layout's name, with a note where it is only the nearest."""
    tight = tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
    if tensor.is_contiguous() or tensor.numel() == 0:
        return ("contiguous" if tight or tensor.numel() == 0 else "offset"), []
    if tensor.dim() >= 2 and tensor.transpose(-1, -2).is_contiguous():
        return "transposed", []
    last = {4: torch.channels_last, 5: torch.channels_last_3d}.get(tensor.dim())
    if last is not None and tensor.is_contiguous(memory_format=last):
        return "channels_last", []
    if tensor.stride(0) == 0 and tensor.size(0) > 1 and tensor[0].is_contiguous():
        return "expanded", []
    return "strided", [f"strides {list(tensor.stride())} of sizes {list(tensor.shape)} are drawn as layout: strided"]


def statistics(tensor: torch.Tensor) -> dict[str, Any]:
    """Of the finite elements: least, most, mean, std, share of zeros; and how many are none."""
    seen: dict[str, Any] = {"elements": tensor.numel(), "strides": list(tensor.stride())}
    if tensor.numel() == 0 or tensor.is_complex():
        return seen
    wide = tensor.double()
    finite = wide[torch.isfinite(wide)]
    for name, found in (("nan", torch.isnan(wide)), ("inf", wide == math.inf), ("-inf", wide == -math.inf)):
        if tensor.is_floating_point() and (count := int(found.sum())):
            seen[name] = count
    seen["zeros"] = int((finite == 0).sum())
    if finite.numel():
        seen.update(least=finite.min().item(), most=finite.max().item(), mean=finite.mean().item(),
                    std=finite.std(correction=0).item())
    return seen


def rounded(value: float) -> float:
    return float(f"{value:.4g}")


def draw_for(tensor: torch.Tensor, seen: dict[str, Any]) -> dict[str, Any]:
    """The kind of contents whose statistics come nearest."""
    if tensor.dtype == torch.bool:
        return {"draw": "bernoulli", "p": rounded(seen.get("mean", 0.5))}
    if tensor.is_complex() or "least" not in seen:
        return {"draw": "normal", **_sprinkled(seen)} if tensor.is_floating_point() else \
            {"draw": "normal"} if tensor.is_complex() else {"draw": "integers", "low": 0, "high": 1}
    if not tensor.is_floating_point():
        return _whole(tensor, seen)
    if seen["least"] == seen["most"]:
        return {"draw": "constant", "value": seen["least"], **_sprinkled(seen)}
    return _real(tensor, seen)


def _whole(tensor: torch.Tensor, seen: dict[str, Any]) -> dict[str, Any]:
    low, high = int(tensor.min()), int(tensor.max())
    if tensor.dim() and tensor.size(-1) > 1 and low == 0 and high == tensor.size(-1) - 1:
        rows = tensor.sort(-1).values
        if bool((rows == torch.arange(tensor.size(-1), device=tensor.device)).all()):
            return {"draw": "permutation"}
    return {"draw": "integers", "low": low, "high": high + 1}


def _real(tensor: torch.Tensor, seen: dict[str, Any]) -> dict[str, Any]:
    sprinkled = _sprinkled(seen)
    finite = tensor.double()
    finite = finite[torch.isfinite(finite)]
    if seen["zeros"] > max(4, tensor.numel() // 50):  # a rectifier, a dropout, a mask: zeros of their own
        sprinkled.setdefault("sprinkle", {})["zero"] = seen["zeros"]
        finite = finite[finite != 0]
    low, high = finite.min().item(), finite.max().item()
    mean, std = finite.mean().item(), finite.std(correction=0).item()
    if low == high:
        return {"draw": "constant", "value": low, **sprinkled}
    if (low >= 0 or high <= 0) and abs(mean) < 4 * std:  # one sign alone: it may have to stay so (log, sqrt, shares)
        return {"draw": "uniform", "low": rounded(low), "high": rounded(high), **sprinkled}
    return {"draw": "normal", "mean": rounded(mean), "std": rounded(std), **sprinkled}


def _sprinkled(seen: dict[str, Any]) -> dict[str, Any]:
    found = {name: seen[name] for name in ("nan", "inf", "-inf") if seen.get(name)}
    return {"sprinkle": found} if found else {}
