"""Types that numpy lacks, for the interpreter: bfloat16 and the fp8s as values instead of raw bits, casts that round to
nearest even, and the elementwise functions of libdevice.

The interpreter keeps bfloat16 as uint16 and fp8 as uint8. Upstream computes on those patterns in arithmetic,
comparisons, reductions and `tl.dot`, and truncates in fp32 -> bf16; a GPU does neither.
"""

from __future__ import annotations

import math
from typing import Any, Callable

import numpy as np
import torch

_FP8 = {
    "fp8e5": (torch.float8_e5m2, 57344.0),
    "fp8e4nv": (torch.float8_e4m3fn, 448.0),
    "fp8e5b16": (torch.float8_e5m2fnuz, 57344.0),
    "fp8e4b8": (torch.float8_e4m3fnuz, 240.0),
}
_TABLES = {
    name: torch.arange(256, dtype=torch.uint8).view(dtype).to(torch.float32).numpy()
    for name, (dtype, _) in _FP8.items()
}


def tf32(values: np.ndarray) -> np.ndarray:
    """fp32 values to the nearest with 10 bits of mantissa, ties away from zero, as PTX's `cvt.rna.tf32.f32`."""
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    rounded = ((bits + np.uint32(0x1000)) & np.uint32(0xFFFFE000)).view(np.float32)
    return np.where(np.isfinite(values), rounded, values)


def is_packed(name: str) -> bool:
    """Is a Triton dtype kept as a raw pattern here?"""
    return name == "bf16" or name in _FP8


def unpack(data: np.ndarray, name: str) -> np.ndarray:
    """Raw patterns to fp32 values, exactly."""
    if name == "bf16":
        return (data.astype(np.uint32) << 16).view(np.float32)
    return _TABLES[name][data]


def pack(values: np.ndarray, name: str) -> np.ndarray:
    """Values to raw patterns, to nearest even; fp8 saturates, as the hardware's conversion does."""
    values = np.ascontiguousarray(values, dtype=np.float32)
    if name == "bf16":
        bits = values.view(np.uint32)
        rounded = ((bits + np.uint32(0x7FFF) + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
        return np.where(np.isnan(values), ((bits >> 16) | 0x7FC0).astype(np.uint16), rounded)
    dtype, largest = _FP8[name]
    clipped = np.clip(values, -largest, largest)  # NaN stays NaN
    return torch.from_numpy(clipped).to(dtype).view(torch.uint8).numpy()


def _by_torch(function: Callable[..., torch.Tensor]) -> Callable[..., np.ndarray]:
    def call(*arrays: np.ndarray) -> np.ndarray:
        return function(*(torch.from_numpy(np.ascontiguousarray(a)) for a in arrays)).numpy()

    return call


def _round_half_away(x: np.ndarray) -> np.ndarray:
    return np.trunc(x + np.copysign(x.dtype.type(0.5), x))


def _bits(dtype: Any) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: x.view(dtype)


erf = _by_torch(torch.special.erf)
_FUNCTIONS: dict[str, Callable[..., np.ndarray]] = {
    "abs": np.abs,
    "llabs": np.abs,
    "fabs": np.abs,
    "acos": np.arccos,
    "acosh": np.arccosh,
    "asin": np.arcsin,
    "asinh": np.arcsinh,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "atanh": np.arctanh,
    "cbrt": np.cbrt,
    "ceil": np.ceil,
    "copysign": np.copysign,
    "cos": np.cos,
    "cosh": np.cosh,
    "cospi": lambda x: np.cos(x * x.dtype.type(math.pi)),
    "cyl_bessel_i0": _by_torch(torch.special.i0),
    "cyl_bessel_i1": _by_torch(torch.special.i1),
    "erf": erf,
    "erfc": _by_torch(torch.special.erfc),
    "erfcx": _by_torch(torch.special.erfcx),
    "erfinv": _by_torch(torch.special.erfinv),
    "erfcinv": lambda x: _by_torch(torch.special.erfinv)(1 - x),
    "exp": np.exp,
    "exp10": lambda x: np.power(x.dtype.type(10), x),
    "exp2": np.exp2,
    "expm1": np.expm1,
    "fdim": lambda x, y: np.where(x > y, x - y, np.zeros_like(x)),
    "floor": np.floor,
    "fma": lambda x, y, z: x * y + z,
    "fmod": np.fmod,
    "hypot": np.hypot,
    "rhypot": lambda x, y: 1 / np.hypot(x, y),
    "ilogb": lambda x: np.frexp(x)[1] - 1,
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinite": np.isfinite,
    "finite": np.isfinite,
    "signbit": np.signbit,
    "j0": _by_torch(torch.special.bessel_j0),
    "j1": _by_torch(torch.special.bessel_j1),
    "y0": _by_torch(torch.special.bessel_y0),
    "y1": _by_torch(torch.special.bessel_y1),
    "ldexp": np.ldexp,
    "scalbn": np.ldexp,
    "lgamma": _by_torch(torch.lgamma),
    "tgamma": lambda x: np.vectorize(lambda v: _gamma(v), otypes=[x.dtype])(x),
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "log2": np.log2,
    "logb": lambda x: (np.frexp(x)[1] - 1).astype(x.dtype),
    "nearbyint": np.rint,
    "nextafter": np.nextafter,
    "normcdf": _by_torch(torch.special.ndtr),
    "normcdfinv": _by_torch(torch.special.ndtri),
    "pow": np.power,
    "powi": lambda x, n: np.power(x, n.astype(x.dtype)),
    "rcbrt": lambda x: 1 / np.cbrt(x),
    "remainder": _by_torch(lambda x, y: x - y * torch.round(x / y)),
    "rint": np.rint,
    "llrint": np.rint,
    "round": _round_half_away,
    "llround": _round_half_away,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "saturate": lambda x: np.clip(np.nan_to_num(x), 0, 1),
    "sin": np.sin,
    "sinh": np.sinh,
    "sinpi": lambda x: np.sin(x * x.dtype.type(math.pi)),
    "sqrt": np.sqrt,
    "tan": np.tan,
    "tanh": np.tanh,
    "trunc": np.trunc,
    "fast_dividef": np.divide,
    "fast_fdivide": np.divide,
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "rcp": np.reciprocal,
    "norm3d": lambda x, y, z: np.sqrt(x * x + y * y + z * z),
    "float_as_int": _bits(np.int32),
    "float_as_uint": _bits(np.uint32),
    "int_as_float": _bits(np.float32),
    "uint_as_float": _bits(np.float32),
    "double_as_longlong": _bits(np.int64),
    "longlong_as_double": _bits(np.float64),
    "popc": lambda x: np.vectorize(lambda v: int(v).bit_count(), otypes=[np.int32])(x.view(f"u{x.itemsize}")),
    "clz": lambda x: np.vectorize(lambda v: x.itemsize * 8 - int(v).bit_length(), otypes=[np.int32])(
        x.view(f"u{x.itemsize}")
    ),
}


def _gamma(value: float) -> float:
    try:
        return math.gamma(value)
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf


def libdevice(symbol: str) -> Callable[..., np.ndarray] | None:
    """The function of a libdevice symbol such as `__nv_tanhf` or `__nv_fast_expf`; None where it is not known here.
    Only the rounding to nearest of directed arithmetic (`__nv_fadd_rn`) is."""
    name = symbol.removeprefix("__nv_")
    if name in _FUNCTIONS:
        return _FUNCTIONS[name]
    fast = name.removeprefix("fast_")
    for short in (name, fast, fast.removesuffix("_rn"), fast.removesuffix("_rn")[1:]):
        for tail in ("", "f", "d", "ll", "l"):
            if short.endswith(tail) and short[: len(short) - len(tail)] in _FUNCTIONS:
                return _FUNCTIONS[short[: len(short) - len(tail)]]
    return None
