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
    """Products are summed in fp32 (fp64 for fp64; integers exactly), whatever the accumulator is kept in."""
    wide = np.float64 if a.dtype.scalar.is_int() or a.dtype.scalar == tl.float64 else np.float32
    product = np.matmul(_values(a).astype(wide), _values(b).astype(wide))
    accumulator = _values(d)
    if a.dtype.scalar.is_int():
        return TensorHandle(product.astype(np.int64).astype(accumulator.dtype) + accumulator, d.dtype.scalar)
    return _handle(product + accumulator, d.dtype)


def _fma(self, x, y, z):
    """One rounding, as hardware does: fp32 products are exact in fp64."""
    wide = np.float64 if _values(z).dtype.kind == "f" else _values(z).dtype
    return _handle(_values(x).astype(wide) * _values(y).astype(wide) + _values(z), z.dtype)


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
    builder.create_dot, builder.create_fma, builder.create_extern_elementwise = _dot, _fma, _extern
    builder.create_rsqrt = lambda self, arg: _handle(1 / np.sqrt(_values(arg)), arg.dtype)
    builder.create_erf = lambda self, arg: _handle(numerics.erf(_values(arg)), arg.dtype)
    builder.get_bf16 = _get_bf16


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


# --------------------------------------------------------------------------------------------- language and rewriter


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


def _find_def(self, lines):
    """The function's own `def` is the first, not the last (a nested one)."""
    return next((i + 1 for i, line in enumerate(lines) if line.strip().startswith("def ")), 0)


def _compile_and_exec(self, tree):
    """Gives the kernel's module the one name that the rewriting needs, and no other of the interpreter's: a candidate
    that forgot `import math` must fail here as it does on a GPU."""
    scope = dict(self.kwargs)
    names = self.fn.__globals__
    names["interpreter_semantic"] = upstream.interpreter_semantic
    exec(compile(tree, filename=self.filename, mode="exec"), names, scope)
    return scope[self.fn.__name__]


def _call_device_function(self, *args, **kwargs):
    return self.rewrite()(*args, **kwargs)


def mend() -> None:
    np.seterr(all="ignore")  # a GPU does not warn
    _mend_builder()
    _mend_reductions()
    _mend_language()
    upstream.FunctionRewriter._find_def = _find_def
    upstream.FunctionRewriter._compile_and_exec = _compile_and_exec
    upstream.InterpretedFunction.__call__ = _call_device_function
