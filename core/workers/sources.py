"""Trusted source text (references, goldens) to modules, without a file."""
from __future__ import annotations

import linecache
import sys
import types
from typing import Any


def load_source(name: str, text: str) -> types.ModuleType:
    """Execute `text` as module `name`. Its lines are told to linecache, for triton.jit and tracebacks read them there;
    what it raises is passed on. A second text under one name replaces the first."""
    filename = f"<{name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module = types.ModuleType(name)
    module.__file__ = filename
    sys.modules[name] = module
    exec(compile(text, filename, "exec"), module.__dict__)
    return module


def entry_of(module: types.ModuleType, name: str) -> Any:
    """What an entry's name means in a module, or None: "softmax", or "Norm.apply" of a class."""
    found: Any = module
    for part in name.split("."):
        found = getattr(found, part, None)
    return found
