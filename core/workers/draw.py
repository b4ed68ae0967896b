"""Random contents by kind, and layouts: from one tensor's description in operator.yaml to a tensor.

All randomness comes from HMAC-SHA256(seed, path), so the k-th argument of a case is the same whatever was drawn before
it, on whatever device it ends: contents are drawn on the CPU and moved.
"""
from __future__ import annotations

import difflib
import hashlib
import hmac
import math
from typing import Any

import torch

DTYPES = {name: getattr(torch, name) for name in (
    "float64 float32 float16 bfloat16 float8_e4m3fn float8_e5m2 int64 int32 int16 int8 uint8 bool "
    "complex64 complex128").split() if hasattr(torch, name)}
LAYOUTS = ("contiguous", "transposed", "strided", "offset", "expanded", "channels_last")
_PARAMETERS = {"normal": {"mean", "std"}, "uniform": {"low", "high"}, "integers": {"low", "high"}, "bernoulli": {"p"},
               "permutation": set(), "sorted": {"low", "high"}, "constant": {"value"}, "values": {"values"}}
_COMMON = {"tensor", "dtype", "draw", "layout", "sprinkle", "grad"}
_SPRINKLES = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "zero": 0.0}


class BadSpec(ValueError):
    """A description that cannot be followed; the text names the key and the next step."""


def derive(seed: bytes, *path: Any) -> int:
    """A number below 2**63 that depends on the seed and the whole path."""
    text = "|".join(str(part) for part in path).encode()
    return int.from_bytes(hmac.new(seed, text, hashlib.sha256).digest()[:8], "big") >> 1


def generator(seed: bytes, *path: Any, device: str = "cpu") -> torch.Generator:
    return torch.Generator(device=device).manual_seed(derive(seed, *path))


def nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(str(word), list(known), 1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(known))}"


def dtype_of(name: Any) -> torch.dtype:
    if name not in DTYPES:
        raise BadSpec(f"dtype: unknown {name!r}{nearest(name, DTYPES)}")
    return DTYPES[name]


def number(value: Any, key: str) -> float | int | bool:
    """A number as YAML or JSON may bring it: "inf", "-inf" and "nan" come as text."""
    try:
        return value if isinstance(value, (bool, int, float)) else float(value)
    except (TypeError, ValueError):
        raise BadSpec(f"{key}: {value!r} is not a number") from None


def draw(spec: dict, seed: bytes, *path: Any) -> torch.Tensor:
    """The tensor that `spec` describes, on the CPU, laid out as it asks."""
    sizes, kind = _checked(spec)
    gen = generator(seed, *path)
    dtype = dtype_of(spec.get("dtype", "float32"))
    layout = spec.get("layout", "contiguous")
    if layout == "expanded":
        _needs(sizes, 1, layout)
        drawn = [1, *sizes[1:]]
    else:
        drawn = sizes
    contents = _contents(kind, spec, drawn, dtype, gen)
    _sprinkle(contents, spec.get("sprinkle") or {}, gen)
    result = _lay_out(contents, layout, sizes)
    if spec.get("grad"):
        if not (dtype.is_floating_point or dtype.is_complex):
            raise BadSpec(f"grad: a tensor of {dtype} has no gradient")
        result.requires_grad_(True)
    return result


def bytes_of(spec: dict) -> int:
    """What the tensor will need, told before it is made."""
    sizes, _ = _checked(spec)
    return math.prod(sizes) * dtype_of(spec.get("dtype", "float32")).itemsize


def _checked(spec: dict) -> tuple[list[int], str]:
    sizes = spec.get("tensor")
    if not isinstance(sizes, list) or any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in sizes):
        raise BadSpec(f"tensor: sizes must be a list of whole numbers from 0, not {sizes!r}")
    kind = "values" if "values" in spec and "draw" not in spec else spec.get("draw", "normal")
    if kind not in _PARAMETERS:
        raise BadSpec(f"draw: unknown {kind!r}{nearest(kind, _PARAMETERS)}")
    for key in spec:
        if key not in _COMMON | _PARAMETERS[kind]:
            raise BadSpec(f"{key}: no such key for draw: {kind}{nearest(key, _COMMON | _PARAMETERS[kind])}")
    if spec.get("layout", "contiguous") not in LAYOUTS:
        raise BadSpec(f"layout: unknown {spec['layout']!r}{nearest(spec['layout'], LAYOUTS)}")
    return sizes, kind


def _contents(kind: str, spec: dict, sizes: list[int], dtype: torch.dtype, gen: torch.Generator) -> torch.Tensor:
    get = lambda key, default: number(spec.get(key, default), key)  # noqa: E731
    real = torch.float64 if dtype in (torch.float64, torch.complex128) else torch.float32
    if kind == "values":
        values = spec.get("values")
        flat = [number(v, "values") for v in values] if isinstance(values, list) else []
        if len(flat) != math.prod(sizes):
            raise BadSpec(f"values: {len(flat)} given for {math.prod(sizes)} elements")
        whole = not any(isinstance(v, float) for v in flat)
        return torch.tensor(flat, dtype=torch.int64 if whole else torch.float64).reshape(sizes).to(dtype)
    if kind == "constant":
        return torch.full(sizes, get("value", 0), dtype=dtype)
    if kind == "integers":
        low, high = int(get("low", 0)), int(get("high", 10))
        if high <= low:
            raise BadSpec(f"high: must be above low ({low}), not {high}")
        return torch.randint(low, high, sizes, generator=gen, dtype=torch.int64).to(dtype)
    if kind == "bernoulli":
        return (torch.rand(sizes, generator=gen) < get("p", 0.5)).to(dtype)
    if kind == "permutation":
        _needs(sizes, 1, kind)
        return torch.rand(sizes, generator=gen, dtype=torch.float64).argsort(-1).to(dtype)
    if kind == "normal":
        shape = [*sizes, 2] if dtype.is_complex else sizes
        made = torch.randn(shape, generator=gen, dtype=real) * get("std", 1.0) + get("mean", 0.0)
        return (torch.view_as_complex(made) if dtype.is_complex else made).to(dtype)
    low, high = get("low", 0.0), get("high", 1.0)
    made = torch.rand(sizes, generator=gen, dtype=real) * (high - low) + low
    if kind == "sorted":
        _needs(sizes, 1, kind)
        made = made.sort(-1).values
    return made.to(dtype)


def _sprinkle(tensor: torch.Tensor, sprinkle: dict, gen: torch.Generator) -> None:
    for key in sprinkle:
        if key not in _SPRINKLES:
            raise BadSpec(f"sprinkle: unknown {key!r}{nearest(key, _SPRINKLES)}")
        if key != "zero" and not tensor.is_floating_point():
            raise BadSpec(f"sprinkle: {tensor.dtype} holds no {key}")
    wanted = sum(int(n) for n in sprinkle.values())
    if wanted > tensor.numel():
        raise BadSpec(f"sprinkle: {wanted} elements asked for, the tensor has {tensor.numel()}")
    places = torch.randperm(tensor.numel(), generator=gen)[:wanted] if wanted else torch.empty(0, dtype=torch.int64)
    flat, at = tensor.view(-1), 0
    for key, count in sprinkle.items():
        flat[places[at:at + int(count)]] = _SPRINKLES[key]
        at += int(count)


def _needs(sizes: list[int], dimensions: int, what: str) -> None:
    if len(sizes) < dimensions:
        raise BadSpec(f"{what}: needs at least {dimensions} dimensions, the tensor has {len(sizes)}")


def _junk(sizes: list[int], dtype: torch.dtype) -> torch.Tensor:
    """Memory between and around elements: nothing a kernel may read, so that reading it shows."""
    made = torch.empty(sizes, dtype=dtype)
    if dtype == torch.bool:
        return made.fill_(True)
    made.view(-1).view(torch.uint8).fill_(0xA5)
    return made


def _lay_out(contents: torch.Tensor, layout: str, sizes: list[int]) -> torch.Tensor:
    if layout == "contiguous":
        return contents
    if layout == "expanded":
        return contents.expand(sizes)
    if layout == "transposed":
        _needs(sizes, 2, layout)
        return contents.transpose(-1, -2).contiguous().transpose(-1, -2)
    if layout == "strided":
        _needs(sizes, 1, layout)
        wide = _junk([*sizes[:-1], 2 * sizes[-1]], contents.dtype)[..., ::2]
        return wide.copy_(contents)
    if layout == "offset":  # an odd number of elements, so that alignment cannot be assumed
        wide = _junk([contents.numel() + 8], contents.dtype)[3:3 + contents.numel()].view(sizes)
        return wide.copy_(contents)
    if contents.dim() not in (4, 5):
        raise BadSpec(f"layout: channels_last needs 4 or 5 dimensions, the tensor has {contents.dim()}")
    last = torch.channels_last if contents.dim() == 4 else torch.channels_last_3d
    return contents.contiguous(memory_format=last)
