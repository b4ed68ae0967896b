"""Trees of the tree-sitter and the Python grammar that the program is built with, by ctypes
(plugins/common/python_syntax/dump_tree.c)."""
from __future__ import annotations

import array
import ctypes
import functools
import os
import pathlib

ROOT = pathlib.Path(__file__).parents[2]
WIDTH = 10


def build_folder() -> pathlib.Path:
    """Of TOUCHSTONE_BIN, or the newest build with tests."""
    if named := os.environ.get("TOUCHSTONE_BIN"):
        return pathlib.Path(named).absolute().parents[1]
    built = list(ROOT.glob("build/*/tests/similarity/trees.so"))
    assert built, "build the program with its tests first: tools/test.sh does"
    return max(built, key=lambda path: path.stat().st_mtime).parents[2]


class Dump(ctypes.Structure):
    _fields_ = [("rows", ctypes.c_void_p), ("count", ctypes.c_int32), ("notes", ctypes.c_void_p),
                ("size", ctypes.c_int32)]


@functools.cache
def library() -> ctypes.CDLL:
    out = ctypes.CDLL(str(build_folder() / "tests/similarity/trees.so"))
    out.dump_tree.restype = ctypes.POINTER(Dump)
    out.dump_tree.argtypes = out.print_tree.argtypes = [ctypes.c_char_p, ctypes.c_uint32]
    out.print_tree.restype = ctypes.c_void_p
    out.free_dump.argtypes = [ctypes.POINTER(Dump)]
    for function in (out.symbol_name, out.field_name):
        function.restype, function.argtypes = ctypes.c_char_p, [ctypes.c_int32]
    return out


@functools.cache
def symbol_name(symbol: int) -> str:
    return library().symbol_name(symbol).decode()


@functools.cache
def field_name(field: int) -> str:
    return library().field_name(field).decode()


class Node:
    """What py-tree-sitter calls a node, as far as measures of likeness go."""
    __slots__ = ("type", "is_named", "is_missing", "start_point", "end_point", "field", "note", "children")

    def __init__(self, row, notes: bytes):
        _, symbol, self.is_named, self.is_missing, *points, field, note = row
        self.type, self.field = symbol_name(symbol), field_name(field)
        self.start_point, self.end_point = tuple(points[:2]), tuple(points[2:])
        self.note = notes[note:notes.index(b"\0", note)].decode() if note >= 0 else ""
        self.children: list[Node] = []

    def child_by_field_name(self, name: str) -> Node | None:
        return next((child for child in self.children if child.field == name), None)

    def head(self) -> str:
        """An S-expression without its children and its last bracket."""
        name = self.type if self.is_named else f'"{self.type}"'
        return f"(MISSING {name}" if self.is_missing else f"({name}"

    def sexp(self) -> str:
        """As tree-sitter prints a tree: what has no name, and is not missing, is seen only at the root."""
        if self.note:
            return self.note
        children = [child for child in self.children if child.is_named or child.is_missing]
        inside = "".join(f" {child.field}: {child.sexp()}" if child.field else f" {child.sexp()}" for child in children)
        return f"{self.head()}{inside})" if self.is_named or self.is_missing else f"{self.head()}){inside}"

    __str__ = sexp


def parse(text: bytes) -> Node:
    dump = library().dump_tree(text, len(text))
    rows = array.array("i", ctypes.string_at(dump.contents.rows, 4 * WIDTH * dump.contents.count))
    notes = ctypes.string_at(dump.contents.notes, dump.contents.size) if dump.contents.size else b""
    library().free_dump(dump)
    path: list[Node] = []
    for at in range(0, len(rows), WIDTH):
        node, depth = Node(rows[at:at + WIDTH], notes), rows[at]
        del path[depth:]
        if path:
            path[-1].children.append(node)
        path.append(node)
    return path[0]


def printed(text: bytes) -> str:
    """What tree-sitter itself prints."""
    return ctypes.string_at(library().print_tree(text, len(text))).decode()
