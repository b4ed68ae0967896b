"""Mends Triton's interpreter, once, in the parent: arithmetic on bfloat16 and fp8, casts, `tl.dot`, libdevice,
reductions and scans by whole arrays; and patches the language once for good instead of at every launch.

Call `mend()` after triton was imported with TRITON_INTERPRET=1 and before any candidate is. Nothing is undone.
"""

from __future__ import annotations

import inspect
import types
from typing import Any, Callable

import numpy as np
import triton.language as tl
from triton.runtime import interpreter as upstream
from triton.runtime.interpreter import InterpreterBuilder, TensorHandle

import numerics
import rewriting

_COMPARISONS = (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)
_numpy_type = upstream._get_np_dtype


def _values(handle: Any) -> np.ndarray:
    """What a handle's elements are worth: patterns of packed types become fp32."""
    name = handle.dtype.scalar.name
    packed = numerics.is_packed(name) and handle.data.dtype.kind == "u"
    return numerics.unpack(handle.data, name) if packed else handle.data


def _handle(values: np.ndarray, dtype: Any) -> TensorHandle:
    """A handle of a type from values, rounded to nearest."""
    dtype = dtype.scalar
    if numerics.is_packed(dtype.name):
        return TensorHandle(numerics.pack(values, dtype.name), dtype)
    return TensorHandle(np.asarray(values).astype(_numpy_type(dtype), copy=False), dtype)


def _packed(*handles: Any) -> bool:
    return any(numerics.is_packed(h.dtype.scalar.name) for h in handles)


def _binary(original: Callable) -> Callable:
    def binary_op(self, lhs, rhs, op):
        if op in _COMPARISONS:
            return TensorHandle(op(_values(lhs), _values(rhs)), tl.int1)
        if not _packed(lhs, rhs):
            return original(self, lhs, rhs, op)
        return _handle(op(_values(lhs), _values(rhs)), lhs.dtype)

    return binary_op


def _ternary(original: Callable) -> Callable:
    def ternary_op(self, lhs, rhs, other, op):
        if op is np.where or not _packed(lhs, rhs, other):
            return original(self, lhs, rhs, other, op)
        return _handle(op(_values(lhs), _values(rhs), _values(other)), other.dtype)

    return ternary_op


def _unary(original: Callable) -> Callable:
    def unary_op(self, arg, op):
        return _handle(op(_values(arg)), arg.dtype) if _packed(arg) else original(self, arg, op)

    return unary_op


def _cast(self, src, dst_type):
    source, target = src.dtype.scalar, dst_type.scalar
    values = _values(src)
    if target == tl.int1:
        return TensorHandle(values != 0, target)
    if values.dtype.kind == "b" and source.is_floating():
        values = values.astype(np.uint8)  # a mask that upstream mislabels
    return _handle(values, target)


def _fp_to_fp(original: Callable) -> Callable:
    def create_fp_to_fp(self, src, dst_type, rounding_mode):
        if rounding_mode is not None and rounding_mode != upstream._ir.ROUNDING_MODE.RTNE:
            return original(self, src, dst_type, rounding_mode)
        return _cast(self, src, dst_type)

    return create_fp_to_fp


def _dot(self, a, b, d, input_precision, max_num_imprecise_acc):
    """Products are summed in fp32 (fp64 for fp64; integers exactly), whatever the accumulator is kept in; fp32 operands
    are cut to TF32 first where that is the precision asked for, which it is by default."""
    wide = np.float64 if a.dtype.scalar.is_int() or a.dtype.scalar == tl.float64 else np.float32
    left, right = _values(a).astype(wide), _values(b).astype(wide)
    if a.dtype.scalar == tl.float32 and input_precision == upstream._ir.INPUT_PRECISION.TF32:
        left, right = numerics.tf32(left), numerics.tf32(right)
    product = np.matmul(left, right)
    accumulator = _values(d)
    if a.dtype.scalar.is_int():
        return TensorHandle(product.astype(np.int64).astype(accumulator.dtype) + accumulator, d.dtype.scalar)
    return _handle(product + accumulator, d.dtype)


def _fma(original: Callable) -> Callable:
    """One rounding, as hardware does: fp32 products are exact in fp64. Newer Tritons do it themselves."""
    once = hasattr(upstream._interpreter, "fma_fp32")

    def create_fma(self, x, y, z):
        if once and not _packed(x, y, z):
            return original(self, x, y, z)
        wide = np.float64 if _values(z).dtype.kind == "f" else _values(z).dtype
        return _handle(_values(x).astype(wide) * _values(y).astype(wide) + _values(z), z.dtype)

    return create_fma


def _clampf(self, value, low, high, propagate_nans):
    if propagate_nans == upstream._ir.PROPAGATE_NAN.NONE:
        return self.binary_op(self.binary_op(value, low, np.fmax), high, np.fmin)
    return self.ternary_op(value, low, high, np.clip)


def _keeps_nan() -> bool:
    """Does this version's `tl.maximum` give NaN where a GPU gives the other operand?"""
    nan, one = (TensorHandle(np.array([v], dtype=np.float32), tl.float32) for v in (np.nan, 1.0))
    return bool(np.isnan(upstream.interpreter_builder.create_maxnumf(nan, one).data[0]))


def _extern(self, library, path, symbol, arguments, result_type, is_pure):
    function = numerics.libdevice(symbol)
    if function is None:
        raise NotImplementedError(f"{symbol} cannot be run without a GPU here")
    return _handle(np.asarray(function(*(_values(a) for a in arguments))), result_type)


def _get_bf16(self, value):
    return _handle(np.array([value], dtype=np.float32), tl.bfloat16)


def _mend_builder() -> None:
    builder = InterpreterBuilder
    builder.binary_op, builder.ternary_op = _binary(builder.binary_op), _ternary(builder.ternary_op)
    builder.unary_op, builder.cast_impl = _unary(builder.unary_op), _cast
    builder.create_fp_to_fp = _fp_to_fp(builder.create_fp_to_fp)
    builder.create_dot, builder.create_extern_elementwise = _dot, _extern
    builder.create_fma = _fma(builder.create_fma)
    builder.create_rsqrt = lambda self, arg: _handle(1 / np.sqrt(_values(arg)), arg.dtype)
    builder.create_erf = lambda self, arg: _handle(numerics.erf(_values(arg)), arg.dtype)
    if not hasattr(builder, "get_bf16"):
        builder.get_bf16 = _get_bf16
    if _keeps_nan():
        builder.create_minnumf = lambda self, lhs, rhs: self.binary_op(lhs, rhs, np.fmin)
        builder.create_maxnumf = lambda self, lhs, rhs: self.binary_op(lhs, rhs, np.fmax)
        builder.create_clampf = _clampf


# ------------------------------------------------------------------------------------------- reductions and scans


def _tensor(values: np.ndarray, dtype: Any) -> Any:
    handle = _handle(np.asarray(values), dtype)
    if handle.data.shape:
        return tl.core.tensor(handle, tl.block_type(dtype.scalar, list(handle.data.shape)))
    return tl.core.tensor(TensorHandle(handle.data.reshape(1), dtype.scalar), dtype.scalar)


def _combined(
    function: Callable, left: list[np.ndarray], right: list[np.ndarray], types_: list[Any]
) -> list[np.ndarray]:
    """One step of a reduction over whole arrays of values."""
    operands = [_tensor(v, t) for v, t in zip(left + right, types_ * 2)]
    result = function(*operands)
    result = result if isinstance(result, tuple) else (result,)
    shape = left[0].shape
    return [
        np.broadcast_to(_values(r.handle) if isinstance(r, tl.core.tensor) else np.asarray(r), shape).reshape(shape)
        for r in result
    ]


def _generic_reduce(self, inputs):
    """Neighbours in pairs, so that a function that is only associative is combined in order."""
    whole = self.axis is None
    axis = 0 if whole else self.axis
    kinds = [arg.dtype for arg in inputs]
    arrays = [_values(arg.handle).reshape(-1) if whole else _values(arg.handle) for arg in inputs]
    arrays = [np.moveaxis(array, axis, 0) for array in arrays]
    while arrays[0].shape[0] > 1:
        count = arrays[0].shape[0] // 2 * 2
        rest = [a[count:] for a in arrays]
        arrays = _combined(self.combine_fn.fn, [a[0:count:2] for a in arrays], [a[1:count:2] for a in arrays], kinds)
        arrays = [np.concatenate(pair) for pair in zip(arrays, rest)] if rest[0].shape[0] else arrays
    results = []
    for array, arg, kind in zip(arrays, inputs, kinds):
        value = array[0]
        if self.keep_dims:
            value = value.reshape((1,) * len(arg.handle.data.shape)) if whole else np.expand_dims(value, axis)
        results.append(_tensor(value, kind))
    return results


def _generic_scan(self, inputs):
    """Hillis and Steele: log2(n) steps over whole arrays; shapes stay powers of two, so the first few are done in
    vain."""
    kinds = [arg.dtype for arg in inputs]
    arrays = [np.moveaxis(_values(arg.handle), self.axis, 0).copy() for arg in inputs]
    distance = 1
    while distance < arrays[0].shape[0]:
        steps = _combined(self.combine_fn.fn, [np.roll(a, distance, 0) for a in arrays], arrays, kinds)
        arrays = [np.concatenate([a[:distance], step[distance:]]) for a, step in zip(arrays, steps)]
        distance *= 2
    return [_tensor(np.moveaxis(a, 0, self.axis), kind) for a, kind in zip(arrays, kinds)]


def _widened(original: Callable) -> Callable:
    """Packed types are reduced as fp32 and rounded once at the end."""

    def apply(self, inputs):
        many = inputs if isinstance(inputs, tuple) else (inputs,)
        if not any(isinstance(arg, tl.core.tensor) and _packed(arg.handle) for arg in many):
            return original(self, inputs)
        kinds = [arg.dtype for arg in many]
        wide = tuple(_tensor(_values(a.handle), tl.float32) if numerics.is_packed(a.dtype.name) else a for a in many)
        results = original(self, wide)
        narrow = tuple(
            _tensor(_values(r.handle), k) if numerics.is_packed(k.name) and r.dtype == tl.float32 else r
            for r, k in zip(results, kinds)
        )
        return narrow if isinstance(inputs, tuple) else narrow[0]

    return apply


def _mend_reductions() -> None:
    upstream.ReduceOps.generic_reduce = _generic_reduce
    upstream.ScanOps.generic_scan = _generic_scan
    upstream.ReduceScanOpInterface.apply = _widened(upstream.ReduceScanOpInterface.apply)


# ----------------------------------------------------------------------------------------------------------- language


class _Nothing:
    """The scope of a patch that stays."""

    def restore(self) -> None:
        pass


def _with_semantic(function: Callable) -> Callable:
    def call(*args, _semantic=None, **kwargs):
        return function(*args, _semantic=upstream.interpreter_semantic, **kwargs)

    call.__name__ = function.__name__
    return call


def _mend_language() -> None:
    """Patches the language for good: launches need not, and names imported from it one by one work too."""
    from triton.language.extra import cuda, libdevice

    carrier = types.FunctionType((lambda: None).__code__, {"tl": tl, "core": tl.core})
    upstream._patch_lang(carrier)
    upstream._patch_lang = lambda fn: _Nothing()
    for name, member in list(vars(cuda.libdevice).items()):
        if inspect.isfunction(member) and tl.core.is_builtin(member):
            wrapped = _with_semantic(member)
            setattr(cuda.libdevice, name, wrapped)
            if hasattr(libdevice, name):
                setattr(libdevice, name, wrapped)


def mend() -> None:
    np.seterr(all="ignore")  # a GPU does not warn
    _mend_builder()
    _mend_reductions()
    _mend_language()
    rewriting.mend()
