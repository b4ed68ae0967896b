"""How the interpreter rewrites a kernel's Python, mended: which `def` is the kernel, which names it is lent, and that
the variable of a `range` is a scalar of a type as on a GPU, where it can be cast and wraps around."""

from __future__ import annotations

import ast
import inspect
from typing import Any, Callable, Iterator

import numpy as np
import triton.language as tl
from triton.runtime import interpreter as upstream

# What upstream's rewriting calls by name, in every version so far.
_LENT = [name for name in ("interpreter_semantic", "_InterpreterComparison") if hasattr(upstream, name)]
_Transformer = type(upstream.FunctionRewriter.ast_transformer)


class Transformer(_Transformer):
    """`for i in range(a, b)` asks `interpreter_semantic.loop(range, a, b)` instead."""

    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        if isinstance(node.iter, ast.Call):
            loop = ast.Attribute(value=ast.Name(id="interpreter_semantic", ctx=ast.Load()), attr="loop", ctx=ast.Load())
            node.iter.args.insert(0, node.iter.func)
            node.iter.func = loop
        return node


def loop(function: Callable, *args: Any, **kwargs: Any) -> Any:
    """What a loop runs over: scalars where a kernel names Python's `range`, else what the call gives."""
    return scalars(*args) if function is range and not kwargs else function(*args, **kwargs)


def scalars(arg1: Any, arg2: Any = None, step: Any = 1, **hints: Any) -> Iterator[Any]:
    """`tl.range`, and Python's own in a kernel. `hints` (stages, unrolling) change no value."""
    bounds = (0, arg1) if arg2 is None else (arg1, arg2)
    semantic = upstream.interpreter_semantic
    start, end, step = (semantic.to_tensor(bound) for bound in (*bounds, 1 if step is None else step))
    for bound in (start, end, step):
        if not bound.dtype.is_int() or bound.handle.data.size != 1:
            raise TypeError(f"a loop runs between single integers, not {bound.type}")
    kind = semantic.integer_promote_impl(semantic.integer_promote_impl(start.dtype, end.dtype), step.dtype)
    number = upstream._get_np_dtype(kind)
    for value in range(*(int(bound.handle.data.item()) for bound in (start, end, step))):
        yield tl.tensor(upstream.TensorHandle(np.array([value], dtype=number), kind), kind)


def _find_def(self: Any, lines: list[str]) -> int:
    """The function's own `def` is the first, not the last (a nested one)."""
    return next((i + 1 for i, line in enumerate(lines) if line.strip().startswith("def ")), 0)


def _compile_and_exec(self: Any, tree: ast.AST) -> Callable:
    """Gives the kernel's module the names that the rewriting needs, and no other of the interpreter's: a candidate
    that forgot `import math` must fail here as it does on a GPU."""
    scope = dict(self.kwargs)
    names = self.fn.__globals__
    captured = inspect.getclosurevars(self.fn).nonlocals
    if captured:  # as Triton's compiler looks names up: the module's, and what the kernel's own scope holds
        names = names | captured
    names.update((name, getattr(upstream, name)) for name in _LENT)
    exec(compile(tree, filename=self.filename, mode="exec"), names, scope)
    return scope[self.fn.__name__]


def _call_device_function(self: Any, *args: Any, **kwargs: Any) -> Any:
    return self.rewrite()(*args, **kwargs)


def mend() -> None:
    """After the language was patched for good."""
    upstream.interpreter_semantic.loop = loop
    tl.range = tl.core.range = scalars
    rewriter = upstream.FunctionRewriter
    rewriter.ast_transformer = Transformer()
    rewriter._find_def, rewriter._compile_and_exec = _find_def, _compile_and_exec
    upstream.InterpretedFunction.__call__ = _call_device_function
