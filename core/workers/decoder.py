"""Trees back to values: strict, for a candidate may have written them."""

from __future__ import annotations

import base64
import collections
import re
from typing import Any, Callable

import torch

from nodes import DEEPEST, DTYPES, FORMATS, LAYOUTS, MOST_NODES, RETURN_TYPES, Opaque, TreeError, is_name
from storages import Blocks

_MOST_ELEMENTS = 1 << 40
_FLOAT = re.compile(r"-?0x[01]\.[0-9a-f]{1,13}p[+-][0-9]{1,4}|-?inf|nan")
_INT = re.compile(r"-?[0-9]{1,400}")
_DEVICE = re.compile(r"[a-z]{1,16}(:[0-9]{1,3})?")
_empty = torch.empty  # bound at import: a candidate may replace it in its module


def _need(held: bool, what: str) -> None:
    if not held:
        raise TreeError(what)


class Decoder:
    """Trees back to values, over one set of blocks. Trees decoded by one decoder share objects by their `id`.
    `objects` is number → object, for a Sink that is to know them again."""

    def __init__(self, blocks: Blocks):
        self.blocks = blocks
        self._count = 0
        self._nodes: dict[int, dict] = {}
        self.objects: dict[int, torch.Tensor] = {}

    def __call__(self, tree: Any) -> Any:
        return self._node(tree, 0)

    def _node(self, node: Any, depth: int) -> Any:
        self._count += 1
        _need(depth <= DEEPEST and self._count <= MOST_NODES, "the tree is too deep or has too many nodes")
        _need(type(node) is dict and type(node.get("k")) is str, "a node is an object with a kind")
        kind = node["k"]
        keys = _KEYS.get(kind)
        _need(keys is not None, f"no kind of node is called {kind[:40]!r}")
        _need(node.keys() == keys, f"a {kind} node has the keys {sorted(keys)}")
        reader = _READERS.get(kind)
        return reader(node) if reader else getattr(self, "_" + kind)(node, depth + 1)

    def _items(self, node: dict, depth: int) -> list:
        _need(type(node["v"]) is list, "a container's items are a list")
        return [self._node(item, depth) for item in node["v"]]

    _list = _items

    def _tuple(self, node: dict, depth: int) -> tuple:
        return tuple(self._items(node, depth))

    def _size(self, node: dict, depth: int) -> torch.Size:
        items = self._items(node, depth)
        _need(all(type(n) is int and 0 <= n < _MOST_ELEMENTS for n in items), "a size holds whole numbers")
        return torch.Size(items)

    def _dict(self, node: dict, depth: int) -> dict:
        result = {}
        for key, value in _pairs(node["v"]):
            name = self._node(key, depth)
            _need(_may_be_key(name), "a dictionary's key must be a plain value")
            result[name] = self._node(value, depth)
        return result

    def _named(self, node: dict, depth: int) -> tuple:
        names, values = [], []
        for name, value in _pairs(node["fields"]):
            _need(is_name(name) and name not in names, "a field's name must be an identifier, and its own")
            names.append(name)
            values.append(self._node(value, depth))
        name = node["name"]
        _need(type(name) is str, "a named tuple has a name")
        if name.startswith(RETURN_TYPES):
            found = getattr(torch.return_types, name.removeprefix(RETURN_TYPES), None)
            if isinstance(found, type) and getattr(found, "__match_args__", None) == tuple(names):
                return found(values)
        return collections.namedtuple(name if is_name(name) else "Named", names)(*values)

    def _slice(self, node: dict, depth: int) -> slice:
        return slice(*(self._node(node[part], depth) for part in ("start", "stop", "step")))

    def _device(self, node: dict, depth: int) -> torch.device:
        return torch.device(self._here(node["v"]))

    def _here(self, text: Any) -> str:
        _need(type(text) is str and _DEVICE.fullmatch(text) is not None, "a device is a short name")
        return "cpu" if text == "cpu" else self.blocks.device

    def _generator(self, node: dict, depth: int) -> torch.Generator:
        generator = torch.Generator(self._here(node["device"]))
        state = self._flat(node["state"]).cpu().clone()
        _need(state.numel() == generator.get_state().numel(), "a generator's state has another length on this device")
        return generator.set_state(state)

    def _flat(self, index: Any) -> torch.Tensor:
        _need(type(index) is int and 0 <= index < len(self.blocks.storages), "there is no such storage")
        return self.blocks.flat(index)

    def _tensor(self, node: dict, depth: int) -> torch.Tensor:
        number = node["id"]
        _need(type(number) is int and number >= 0, "a tensor's id is a whole number")
        if number in self.objects:
            _need(self._nodes.get(number) == node, "two nodes with one id say different things")
            return self.objects[number]
        tensor = self._view(node)
        self._nodes[number], self.objects[number] = node, tensor
        return tensor

    def _view(self, node: dict) -> torch.Tensor:
        dtype, size, stride, offset = (node[key] for key in ("dtype", "size", "stride", "offset"))
        _need(type(dtype) is str and dtype in DTYPES, "no dtype has this name")
        _need(
            type(size) is list and type(stride) is list and len(size) == len(stride) <= 64,
            "sizes and strides must match",
        )
        _need(
            all(type(n) is int and 0 <= n < _MOST_ELEMENTS for n in [*size, *stride, offset]),
            "sizes, strides and offset must be whole, not negative, and bounded",
        )
        _need(
            type(node["grad"]) is bool and type(node["parameter"]) is bool and type(node["kind"]) is str,
            "grad and parameter are flags, kind is text",
        )
        flat, kind = self._flat(node["storage"]), DTYPES[dtype]
        count, last = 1, offset
        for n, step in zip(size, stride):
            count, last = count * n, last + max(n - 1, 0) * step
        _need(count < _MOST_ELEMENTS, "a tensor has too many elements")
        _need((last + 1 if count else 0) * kind.itemsize <= flat.numel(), "a tensor lies outside its storage")
        base = flat.storage_offset()
        _need(base % kind.itemsize == 0, "a storage is not aligned")
        offset = offset if count else 0
        tensor = _empty(0, dtype=kind, device=flat.device)
        tensor.set_(flat.untyped_storage(), base // kind.itemsize + offset, size, stride)
        may_grad = kind.is_floating_point or kind.is_complex
        _need(may_grad or not node["grad"], "only floating tensors ask for a gradient")
        if node["parameter"]:
            return torch.nn.Parameter(tensor, requires_grad=node["grad"])
        return tensor.requires_grad_(True) if node["grad"] else tensor


def _pairs(items: Any) -> list:
    _need(type(items) is list and all(type(p) is list and len(p) == 2 for p in items), "pairs are lists of two")
    return items


def _may_be_key(value: Any) -> bool:
    if type(value) is tuple:
        return all(_may_be_key(item) for item in value)
    return value is None or isinstance(value, (bool, int, float, complex, str, bytes, torch.dtype, torch.device))


def _text(node: dict, pattern: re.Pattern | None = None, key: str = "v") -> str:
    _need(
        type(node[key]) is str and (pattern is None or pattern.fullmatch(node[key]) is not None),
        f"a {node['k']} node's text is malformed",
    )
    return node[key]


def _flag(node: dict) -> bool:
    _need(type(node["v"]) is bool, "a bool node holds true or false")
    return node["v"]


def _bytes(node: dict) -> bytes:
    try:
        return base64.b64decode(_text(node), validate=True)
    except ValueError:
        raise TreeError("a bytes node's text is malformed") from None


def _known(table: dict[str, Any]) -> Callable[[dict], Any]:
    def read(node: dict) -> Any:
        _need(type(node["v"]) is str and node["v"] in table, f"no {node['k']} has this name")
        return table[node["v"]]

    return read


_READERS: dict[str, Callable[[dict], Any]] = {
    "none": lambda node: None,
    "bool": _flag,
    "bytes": _bytes,
    "str": _text,
    "int": lambda node: int(_text(node, _INT)),
    "float": lambda node: float.fromhex(_text(node, _FLOAT)),
    "complex": lambda node: complex(float.fromhex(_text(node, _FLOAT, "re")), float.fromhex(_text(node, _FLOAT, "im"))),
    "dtype": _known(DTYPES),
    "memory_format": _known(FORMATS),
    "layout": _known(LAYOUTS),
    "opaque": lambda node: Opaque(_text(node, key="type")),
}
_KEYS: dict[str, set[str]] = {
    kind: {"k", "v"}
    for kind in ("bool int float str bytes dtype device list tuple size dict memory_format layout").split()
} | {
    "none": {"k"},
    "complex": {"k", "re", "im"},
    "named": {"k", "name", "fields"},
    "opaque": {"k", "type"},
    "slice": {"k", "start", "stop", "step"},
    "generator": {"k", "device", "state"},
    "tensor": {"k", "storage", "dtype", "size", "stride", "offset", "grad", "parameter", "id", "kind"},
}
