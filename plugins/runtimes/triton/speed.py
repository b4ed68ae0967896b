"""Cheaper bookkeeping for the interpreter: types, shapes and numpy dtypes are made once instead of at every
operation."""

from __future__ import annotations

from typing import Any, Callable

import triton.language as tl
from triton.language.semantic import TritonSemantic
from triton.runtime import interpreter as upstream

_tensor_init = tl.core.tensor.__init__


def _init(self: Any, handle: Any, type: Any) -> None:
    """tensor.__init__, its shape kept with its type; neither is ever changed in place."""
    made = type.__dict__.get("_made")
    if made is None:
        _tensor_init(self, handle, type)
        type._made = (self.numel, self.shape, self.dtype)
        return
    self.handle, self.type = handle, type
    self.numel, self.shape, self.dtype = made


_blocks: dict[tuple, Any] = {}
_block_init = tl.core.block_type.__init__


def _new_block(cls: type, element_ty: Any = None, shape: Any = ()) -> Any:
    """One object for a block type, however often it is asked for; the element type is kept alive by it."""
    if cls is not tl.core.block_type:
        return object.__new__(cls)
    key = (id(element_ty), *(getattr(n, "value", n) for n in shape))
    found = _blocks.get(key)
    if found is None:
        if len(_blocks) > 10_000:
            _blocks.clear()
        found = _blocks[key] = object.__new__(cls)
    return found


def _init_block(self: Any, element_ty: Any, shape: Any) -> None:
    if "numel" not in self.__dict__:
        _block_init(self, element_ty, shape)


def _with_element_type(original: Callable) -> Callable:
    def with_element_ty(self: Any, scalar: Any) -> Any:
        known = self.__dict__.setdefault("_relatives", {})
        if id(scalar) not in known:
            known[id(scalar)] = (scalar, original(self, scalar))
        return known[id(scalar)][1]

    return with_element_ty


def _broadcast(original: Callable) -> Callable:
    def broadcast_impl_value(self: Any, lhs: Any, rhs: Any) -> Any:
        left, right = lhs.type, rhs.type
        if left.is_block() and right.is_block() and (left is right or left.shape.values == right.shape.values):
            return lhs, rhs
        return original(self, lhs, rhs)

    return broadcast_impl_value


def _numpy_types(original: Callable) -> Callable:
    known: dict[str, Any] = {}

    def get_np_dtype(dtype: Any) -> Any:
        scalar = dtype.scalar
        name = "*" if scalar.is_ptr() else scalar.name
        if name not in known:
            known[name] = original(dtype)
        return known[name]

    return get_np_dtype


def _overflow(original: Callable) -> Callable:
    """Upstream works out whether an integer operation overflows, four operations for one, and asserts it in debug mode
    alone; that is off here, as on a GPU."""

    def binary_op_sanitize_overflow_impl(self: Any, *operands: Any) -> Any:
        return original(self, *operands) if self.builder.options.debug else None

    return binary_op_sanitize_overflow_impl


_dtype_equal = tl.core.dtype.__eq__
_INTEGERS = frozenset(tl.core.dtype.SINT_TYPES + tl.core.dtype.UINT_TYPES)


def _equal(self: Any, other: Any) -> Any:
    return self is other or _dtype_equal(self, other)


def _is_int(self: Any) -> bool:
    return self.name in _INTEGERS


def install() -> None:
    tl.core.dtype.__eq__, tl.core.dtype.is_int = _equal, _is_int
    if hasattr(TritonSemantic, "binary_op_sanitize_overflow_impl"):
        TritonSemantic.binary_op_sanitize_overflow_impl = _overflow(TritonSemantic.binary_op_sanitize_overflow_impl)
    tl.core.tensor.__init__ = _init
    tl.core.block_type.__new__, tl.core.block_type.__init__ = _new_block, _init_block
    tl.core.block_type.with_element_ty = _with_element_type(tl.core.block_type.with_element_ty)
    TritonSemantic.broadcast_impl_value = _broadcast(TritonSemantic.broadcast_impl_value)
    upstream._get_np_dtype = _numpy_types(upstream._get_np_dtype)
