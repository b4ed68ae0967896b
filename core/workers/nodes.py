"""The words that trees are written in (README: Trees): what both the encoder and the decoder know."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import Any

import torch

DEEPEST = 32
MOST_NODES = 20_000
DTYPES = {
    name: getattr(torch, name)
    for name in (
        "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 float16 bfloat16 float32 float64 "
        "complex32 complex64 complex128 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu"
    ).split()
    if hasattr(torch, name)
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
FORMATS = {
    str(f).removeprefix("torch."): f
    for f in (torch.contiguous_format, torch.preserve_format, torch.channels_last, torch.channels_last_3d)
}
LAYOUTS = {str(f).removeprefix("torch."): f for f in (torch.strided, torch.sparse_coo, torch.sparse_csr)}
RETURN_TYPES = "torch.return_types."
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")


class TreeError(ValueError):
    """A tree or a storage that the protocol does not allow."""


@dataclass(frozen=True)
class Opaque:
    """What a result held that a tree cannot say: only its type's name is left."""

    type: str


def is_name(text: Any) -> bool:
    """May it name a field of a named tuple?"""
    return type(text) is str and _NAME.fullmatch(text) is not None and not keyword.iskeyword(text)
