"""What is said of a kernel's launch (core/workers/README.md: LAUNCH), and how its constants travel as JSON.

A kernel's *text* is its function's source without decorators, dedented; `source` is the SHA-256 of it.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import inspect
import json
import math
import textwrap
from typing import Any, Iterator

_MOST = 2_000  # different launches that are kept; further ones only count


def kernel_text(function: Any) -> str:
    """The source of a kernel's Python function from its `def` to the end of its last statement; empty where it has
    none."""
    try:
        lines = inspect.getsourcelines(function)[0]
        start = next((i for i, line in enumerate(lines) if line.lstrip().startswith("def ")), 0)
        text = textwrap.dedent("".join(lines[start:]))
        end = ast.parse(text).body[0].end_lineno  # what inspect takes in addition: comments that follow
    except (OSError, TypeError, SyntaxError, IndexError, ValueError):
        return ""
    return "".join(text.splitlines(keepends=True)[:end]).rstrip() + "\n"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def definition(source: str, text: str) -> ast.FunctionDef | None:
    """The function in a candidate's file whose text has this digest, whatever its indentation."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    lines = text.splitlines(keepends=True)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found = textwrap.dedent("".join(lines[node.lineno - 1 : node.end_lineno])).rstrip() + "\n"
            if digest(found) == source:
                return node
    return None


def captured(function: Any, depth: int = 0) -> dict:
    """What a kernel's body means besides its text: the constants and the candidate's other kernels that it names, these
    with theirs. Equal text that captures something else is another kernel."""
    code, found = function.__code__, {}
    for name, value in _names_of(function):
        inner = getattr(getattr(value, "__func__", value), "fn", None)  # a static method's too
        inner = getattr(inner, "fn", inner)  # an autotuner's kernel
        if inspect.isfunction(inner) and inner.__code__.co_filename == code.co_filename and depth < 8:
            found[name] = {"source": source_of(inner), "captured": captured(inner, depth + 1)}
        elif type(value).__name__ in ("constexpr", "dtype"):
            found[name] = {"constant": constant_to_json(value)}
    return found


def _names_of(function: Any) -> Iterator[tuple[str, Any]]:
    """What the names in a function's body mean, and the attributes that it may take of a class, module or object."""
    code = function.__code__
    closure = dict(zip(code.co_freevars, function.__closure__ or ()))
    for name in (*code.co_names, *code.co_freevars):
        value = _contents(closure[name]) if name in closure else function.__globals__.get(name)
        yield name, value
        if value is not None and not getattr(value, "__name__", "").startswith(("triton", "torch")):
            for attribute in code.co_names:
                with contextlib.suppress(Exception):  # a candidate's own __getattr__
                    yield f"{name}.{attribute}", inspect.getattr_static(value, attribute)


@functools.lru_cache(maxsize=4096)
def source_of(function: Any) -> str:
    """The digest of a kernel's text, worked out once."""
    return digest(kernel_text(function))


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def constant_to_json(value: Any) -> Any:
    """A constexpr as JSON: what JSON can say as it is, the rest as an object with one key."""
    value = getattr(value, "value", value) if type(value).__name__ == "constexpr" else value
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value) if abs(value) < 1 << 53 else {"int": str(int(value))}
    if isinstance(value, float):
        return {"float": float.hex(value)} if not math.isfinite(value) else float(value)
    if isinstance(value, (tuple, list)):
        return {"tuple": [constant_to_json(item) for item in value]}
    if type(value).__name__ == "dtype":
        return {"dtype": getattr(value, "name", str(value).removeprefix("torch."))}
    if hasattr(value, "fn"):
        return {"function": source_of(value.fn)}
    return {"text": repr(value)[:200]}


def constant_from_json(value: Any, functions: dict[str, Any], dtype_of: Any) -> Any:
    """The constexpr again; ValueError for what does not survive the journey."""
    if type(value) is not dict:
        return value
    ((kind, inner),) = value.items()
    if kind == "int":
        return int(inner)
    if kind == "float":
        return float.fromhex(inner)
    if kind == "tuple":
        return tuple(constant_from_json(item, functions, dtype_of) for item in inner)
    if kind == "dtype":
        return dtype_of(inner)
    if kind == "function" and inner in functions:
        return functions[inner]
    raise ValueError(f"a constant of this sort cannot be rebuilt: {inner}")


class Launches:
    """Launches of one call, equal ones counted together."""

    def __init__(self) -> None:
        self._found: dict[str, dict] = {}

    def clear(self) -> None:
        self._found.clear()

    def add(self, function: Any, signature: dict, constants: dict, divisible: list, options: dict, grid: tuple) -> bool:
        """False where there are too many different ones already: this one is not told."""
        launch = {
            "kernel": function.__name__,
            "source": source_of(function),
            "captured": captured(function),
            "signature": signature,
            "constants": {name: constant_to_json(value) for name, value in constants.items()},
            "divisible": divisible,
            "options": {name: constant_to_json(value) for name, value in options.items()},
            "grid": [int(n) for n in grid],
        }
        key = json.dumps(launch, sort_keys=True)
        if key not in self._found:
            if len(self._found) >= _MOST:
                return False
            self._found[key] = launch | {"count": 0}
        self._found[key]["count"] += 1
        return True

    def tell(self) -> list[dict]:
        return list(self._found.values())


class Specialiser:
    """Types of a launch's arguments as Triton itself would specialise them for a CUDA GPU, none needed."""

    def __init__(self) -> None:
        from triton.backends.compiler import GPUTarget
        from triton.compiler import make_backend

        self._backend = make_backend(GPUTarget("cuda", 80, 32))
        self._binders: dict[int, tuple[Any, Any, list]] = {}

    def __call__(self, function: Any, settings: dict, args: tuple, kwargs: dict) -> tuple[dict, dict, list, dict]:
        """(signature, constants, divisible, options) of a call of a kernel; TypeError where the arguments do not
        fit."""
        if id(function) not in self._binders:
            self._binders[id(function)] = (function, *self._binder(function, settings))
        _, binder, names = self._binders[id(function)]
        bound, specialisation, options = binder(*args, **kwargs)
        values = list(bound.values())
        signature, constants, divisible = {}, {}, []
        for name, value, (kind, attribute) in zip(names, values, specialisation):
            signature[name] = kind if isinstance(kind, str) else json.dumps(kind)
            if kind == "constexpr":
                constants[name] = value
            elif isinstance(attribute, str) and "D" in attribute:
                divisible.append(name)
        return signature, constants, divisible, options

    def _binder(self, function: Any, settings: dict) -> tuple[Any, list[str]]:
        from triton.runtime.jit import KernelParam, create_function_from_signature

        signature = inspect.signature(function)
        plain, unaligned = settings.get("do_not_specialize") or [], settings.get("do_not_specialize_on_alignment") or []
        parameters = [
            KernelParam(i, p, i in plain or p.name in plain, i in unaligned or p.name in unaligned)
            for i, p in enumerate(signature.parameters.values())
        ]
        return create_function_from_signature(signature, parameters, self._backend), list(signature.parameters)
