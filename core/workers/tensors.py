"""Arguments and results as trees of JSON nodes over storages (README: Trees). No pickle, no eval: what a candidate
wrote is decoded by the same few rules, and refused where it does not keep to them.

    sink = Sink(); tree = encode(value, sink); sink.write(memfd)            # sink.storages travels beside the tree
    blocks = Blocks(storages, memfd, device); value = Decoder(blocks)(tree)
"""

from __future__ import annotations

import base64
from typing import Any

import torch

from decoder import Decoder
from nodes import DEEPEST, DTYPES, FORMATS, LAYOUTS, MOST_NODES, NAMES, RETURN_TYPES, Opaque, TreeError, is_name
from storages import Blocks, Sink, check_storages

__all__ = ["Blocks", "Decoder", "DTYPES", "Opaque", "Sink", "TreeError", "check_storages", "encode"]

# Bound at import: a candidate may replace them in their modules.
_encode64, _DisableSubclass = base64.b64encode, torch._C.DisableTorchFunctionSubclass
_Tensor, _Generator, _PLAIN = torch.Tensor, torch.Generator, (torch.Tensor, torch.nn.Parameter)


def _is(value: Any, kind: type) -> bool:
    """isinstance, but not fooled by an object that claims another class."""
    return issubclass(type(value), kind)


def encode(value: Any, sink: Sink, strict: bool = False) -> dict:
    """The tree of a value; its tensors' storages go to the sink. What a tree cannot say becomes `opaque`, or a
    TreeError where `strict` is set (arguments). TreeError where it is too deep or too large, a cycle included."""
    return _Encoder(sink, strict).node(value, 0)


class _Encoder:
    def __init__(self, sink: Sink, strict: bool):
        self._sink, self._strict, self._count = sink, strict, 0

    def node(self, value: Any, depth: int) -> dict:
        self._count += 1
        if depth > DEEPEST or self._count > MOST_NODES:
            raise TreeError("the value is nested too deeply or holds too many items")
        simple = _scalar(value)
        if simple is not None:
            return simple
        if _is(value, _Tensor):
            return self._tensor(value)
        if _is(value, _Generator):
            return self._generator(value)
        return self._container(value, depth + 1) or self._opaque(type(value))

    def _container(self, value: Any, depth: int) -> dict | None:
        if _is(value, tuple):
            names = _fields(value)
            if names is not None:
                kind = type(value)
                name = RETURN_TYPES + kind.__name__ if kind.__module__ == "torch.return_types" else kind.__name__
                parts = zip(names, tuple.__iter__(value))
                return {"k": "named", "name": name, "fields": [[n, self.node(v, depth)] for n, v in parts]}
            kind = "size" if type(value) is torch.Size else "tuple"
            return {"k": kind, "v": [self.node(v, depth) for v in tuple.__iter__(value)]}
        if _is(value, list):
            return {"k": "list", "v": [self.node(v, depth) for v in list.__iter__(value)]}
        if _is(value, dict):
            return {"k": "dict", "v": [[self.node(k, depth), self.node(v, depth)] for k, v in dict.items(value)]}
        if _is(value, slice):
            return {"k": "slice"} | {part: self.node(getattr(value, part), depth) for part in ("start", "stop", "step")}
        return None

    def _tensor(self, value: _Tensor) -> dict:
        with _DisableSubclass():
            plain = value.detach()
            dtype = NAMES.get(plain.dtype)
            if plain.layout != torch.strided or plain.is_quantized or plain.is_meta or plain.is_nested or dtype is None:
                return self._opaque(type(value), f"{plain.layout} {plain.dtype} on {plain.device}")
            if plain.is_conj() or plain.is_neg():
                plain = plain.resolve_conj().resolve_neg()
            try:
                storage, offset = self._sink.place(plain)
            except (RuntimeError, NotImplementedError):
                return self._opaque(type(value), "without storage")
            return {
                "k": "tensor",
                "storage": storage,
                "dtype": dtype,
                "size": list(plain.size()),
                "stride": list(plain.stride()),
                "offset": offset // plain.element_size(),
                "grad": bool(value.requires_grad),
                "parameter": type(value) is torch.nn.Parameter,
                "id": self._sink.number(value),
                "kind": "Tensor" if type(value) in _PLAIN else type(value).__name__,
            }

    def _generator(self, value: _Generator) -> dict:
        state = value.get_state().contiguous()
        storage, _ = self._sink.place(state)
        return {"k": "generator", "device": str(value.device), "state": storage}

    def _opaque(self, kind: type, more: str = "") -> dict:
        name = f"{kind.__module__}.{kind.__qualname__} {more}".strip()[:200]
        if self._strict:
            raise TreeError(f"a value of type {name} cannot travel")
        return {"k": "opaque", "type": name}


def _scalar(value: Any) -> dict | None:
    if value is None:
        return {"k": "none"}
    if _is(value, bool):
        return {"k": "bool", "v": value is True}
    if _is(value, int):
        text = int.__format__(value, "d") if int.bit_length(value) < 1300 else None
        return {"k": "int", "v": text} if text else None
    if _is(value, float):
        return {"k": "float", "v": float.hex(value)}
    if _is(value, complex):
        return {"k": "complex", "re": float.hex(value.real), "im": float.hex(value.imag)}
    if _is(value, str):
        return {"k": "str", "v": str.__str__(value).encode("utf-8", "replace").decode("utf-8")}
    if _is(value, bytes):
        return {"k": "bytes", "v": _encode64(value).decode("ascii")}
    if _is(value, torch.dtype):
        return {"k": "dtype", "v": NAMES[value]} if value in NAMES else None
    if _is(value, torch.device):
        return {"k": "device", "v": str(value)}
    for kind, name, known in ((torch.memory_format, "memory_format", FORMATS), (torch.layout, "layout", LAYOUTS)):
        if _is(value, kind):
            text = str(value).removeprefix("torch.")
            return {"k": name, "v": text} if text in known else None
    return None


def _fields(value: tuple) -> list[str] | None:
    """Names of the fields of a named tuple or of one of torch.return_types; None for any other tuple."""
    kind = type(value)
    names = getattr(kind, "_fields", None) or (
        getattr(kind, "__match_args__", None) if kind.__module__ == "torch.return_types" else None
    )
    if type(names) is not tuple or len(names) != tuple.__len__(value) or not all(is_name(n) for n in names):
        return None
    return list(names)
