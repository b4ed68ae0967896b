"""Loads a candidate's file as a module, and says in one line what an exception means for it."""

from __future__ import annotations

import os
import sys
import traceback
import types
from typing import Any

import frames

NAME = "candidate"
_extract_tb = traceback.extract_tb  # bound at import: a candidate may replace it in its module


def write_file(text: str, name: str) -> str:
    """The candidate as a real file in the working folder: triton reads kernels' sources from it."""
    if os.path.basename(name) != name or not name.endswith(".py"):
        raise ValueError("a candidate's file is a plain name that ends in .py")
    path = os.path.join(os.getcwd(), name)
    with open(path, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.write(text)
    return path


def run_file(text: str, path: str) -> types.ModuleType:
    """Executes it as a module that `import` and `inspect` find; whatever it raises passes through."""
    module = types.ModuleType(NAME)
    module.__file__ = path
    sys.modules[NAME] = module
    exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)  # no `from __future__` of ours
    return module


def hide_own_modules() -> None:
    """Takes the workers' modules out of what `import` finds: a candidate has no business with them, and its own may
    bear their names. What is imported already goes on."""
    here = {os.path.dirname(os.path.abspath(__file__)), os.path.dirname(os.path.abspath(frames.__file__))}
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) not in here]
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name != "__main__" and os.path.dirname(os.path.abspath(file)) in here:
            del sys.modules[name]


def original(error: BaseException) -> BaseException:
    """The exception at the root of the interpreter's wrappers."""
    for _ in range(20):
        cause = error.__cause__
        if type(error).__name__ not in ("InterpreterError", "CompilationError") or cause is None:
            return error
        error = cause
    return error


def explain(error: BaseException, path: str, text: str) -> str:
    """`TypeError: … (line 12: x + y)`: type, message and the candidate's own innermost line, in one bounded line."""
    error = original(error)
    line = _own_line(error, path)
    try:
        # str() of a SyntaxError repeats file and line, which stand behind the message anyway.
        message = str(error.msg if isinstance(error, SyntaxError) and line else error)
    except BaseException:
        message = "(its message cannot be read)"
    words = " ".join(f"{type(error).__name__}: {message}".split())[:600]
    lines = text.splitlines()
    if not line or line > len(lines):
        return words
    return f"{words} (line {line}: {lines[line - 1].strip()[:120]})"


def _own_line(error: BaseException, path: str) -> int:
    if isinstance(error, SyntaxError) and error.filename == path and error.lineno:
        return error.lineno
    try:
        own = [frame.lineno for frame in _extract_tb(error.__traceback__, limit=-200) if frame.filename == path]
    except BaseException:
        return 0
    return own[-1] or 0 if own else 0


def classify(error: BaseException, fallback: str) -> str:
    """The outcome that an exception of a candidate's code stands for."""
    error = original(error)
    words = f"{type(error).__name__} {_text(error)}".lower()
    if isinstance(error, MemoryError) or "out of memory" in words or "can't allocate memory" in words:
        return "resource"
    if (
        "acceleratorerror" in words
        or "cuda error" in words
        or "device-side assert" in words
        or "illegal memory" in words
    ):
        return "device_error"
    return fallback


def _text(error: BaseException) -> Any:
    try:
        return str(error)[:2000]
    except BaseException:
        return ""
