"""One run of a reference on its own copy of a call's arguments, and the leaves of what came out: results, arguments
that it wrote, gradients."""
from __future__ import annotations

import contextlib
import functools
import inspect
import random
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

import torch

import hardware
from calls import Arguments
from copies import copy_tree, storage_key, tensors_of
from draw import generator
from modes import upcast_dtype
from plain import Plain


@dataclass
class Run:
    """`before` and `after` are the same tree of the same shapes; gradients follow the tensors of `after`."""
    result: Any
    after: Arguments
    gradients: list[tuple[str, torch.Tensor | None]] = field(default_factory=list)


@contextlib.contextmanager
def isolated(seed: int) -> Iterator[None]:
    """A reference may do as it likes to torch's global state: it is seeded before and put back after."""
    dtype, grad, numbers = torch.get_default_dtype(), torch.is_grad_enabled(), random.getstate()
    state, determinism = torch.get_rng_state(), torch.are_deterministic_algorithms_enabled()
    threads = torch.get_num_threads()
    hardware.seed(seed)
    random.seed(seed)
    try:
        with hardware.exact(), torch.enable_grad():
            yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)
        torch.set_rng_state(state)
        random.setstate(numbers)
        if torch.are_deterministic_algorithms_enabled() != determinism:
            torch.use_deterministic_algorithms(determinism)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)


@functools.lru_cache(maxsize=64)
def parameters(function: Callable | None) -> list[str]:
    """Names of what may go by position; empty where they cannot be known. Not to be changed: kept for later calls."""
    try:
        return [p.name for p in inspect.signature(function).parameters.values()
                if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)] if function else []
    except (TypeError, ValueError):
        return []


def names_of(function: Callable | None, arguments: Arguments) -> list[tuple[str, torch.Tensor]]:
    """(argument's name, tensor) in the order of the tree; the position where no name is known."""
    return [(name, leaf) for name, leaf in leaves_of(function, arguments) if isinstance(leaf, torch.Tensor)]


def leaves_of(function: Callable | None, arguments: Arguments) -> list[tuple[str, Any]]:
    """The same for everything that is not a container."""
    args, kwargs = arguments
    known = parameters(function)
    named = [(known[i] if i < len(known) else f"argument {i}", value) for i, value in enumerate(args)]
    return [pair for name, value in [*named, *kwargs.items()] for pair in walk(value, name)]


def walk(tree: Any, path: str) -> Iterator[tuple[str, Any]]:
    """(path, leaf) for everything that is not a container, in order."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from walk(value, f"{path}[{key!r}]")
    elif isinstance(tree, (list, tuple)):
        for index, value in enumerate(tree):
            yield from walk(value, f"{path}[{index}]")
    else:
        yield path, tree


def run(function: Callable, arguments: Arguments, seed: int, *modes: Any,
        cotangents: Callable[[Any], list[torch.Tensor]] | None = None) -> Run:
    """Run it on these very arguments, which it may write; the modes cover forward and backward. What it raises is
    passed on."""
    double = any(getattr(mode, "fp64", False) for mode in modes)
    with isolated(seed), contextlib.ExitStack() as stack:
        if double:
            torch.set_default_dtype(torch.float64)
            stack.enter_context(Plain())
        if hasattr(function, "surroundings"):  # a golden: its backward runs outside of the call
            stack.enter_context(function.surroundings())
        for mode in modes:
            stack.enter_context(mode)
        args, kwargs = arguments
        named = names_of(function, arguments)
        result = function(*args, **kwargs)
        gradients = []
        if cotangents is not None:
            gradients = _backward(result, named, cotangents(result))
    return Run(result, arguments, gradients)


def _backward(result: Any, named: list, cotangents: list[torch.Tensor]) -> list[tuple[str, torch.Tensor | None]]:
    outputs = differentiable(result)
    pairs = [(out, c.to(upcast_dtype(c.dtype)) if out.dtype != c.dtype else c) for out, c in zip(outputs, cotangents)]
    leaves = {id(t): (name, t) for name, t in named if t.requires_grad and t.is_leaf}
    found = torch.autograd.grad([out for out, _ in pairs], [t for _, t in leaves.values()], [c for _, c in pairs],
                                allow_unused=True) if pairs and leaves else []
    return [(name, gradient) for (name, _), gradient in zip(leaves.values(), found)]


def differentiable(result: Any) -> list[torch.Tensor]:
    """Tensors of a result that carry a gradient, in order: these get a cotangent each."""
    return [t for t in tensors_of(result) if t.requires_grad]


def draw_cotangents(result: Any, seed: bytes, *path: Any, apart: bool = False) -> list[torch.Tensor]:
    """Random cotangents for a result, one for each tensor that carries a gradient: the same for both sides. With
    `apart` their elements do not lie side by side, as autograd's need not."""
    made = []
    for index, tensor in enumerate(differentiable(result)):
        drawn = torch.randn(tensor.shape, generator=generator(seed, *path, "cotangent", index), dtype=torch.float32)
        drawn = drawn.to(device=tensor.device, dtype=tensor.dtype)
        made.append(_spread(drawn) if apart and drawn.dim() else drawn)
    return made


def _spread(tensor: torch.Tensor) -> torch.Tensor:
    """The same with a NaN behind every element."""
    wide = tensor.new_full((*tensor.shape[:-1], 2 * tensor.shape[-1]), float("nan"))
    return wide[..., ::2].copy_(tensor)


def changed(named_before: list, named_after: list) -> list[str]:
    """Names of the arguments whose storage differs from what it was, byte by byte."""
    seen: dict[int, bool] = {}
    names = []
    for (name, before), (_, after) in zip(named_before, named_after):
        key = storage_key(before)
        if key not in seen:
            seen[key] = not same_bytes(before, after)
        if seen[key]:
            names.append(name)
    return names


def storage_bytes(tensor: torch.Tensor) -> torch.Tensor:
    """The whole storage of a tensor as bytes."""
    return torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(tensor.untyped_storage())


def same_bytes(first: torch.Tensor, second: torch.Tensor) -> bool:
    a, b = storage_bytes(first.detach()), storage_bytes(second.detach())
    if a.numel() != b.numel():
        return False
    if a.numel() % 8 == 0 and a.data_ptr() % 8 == 0 and b.data_ptr() % 8 == 0:
        a, b = a.view(torch.int64), b.view(torch.int64)
    return torch.equal(a, b)


def fresh(arguments: Arguments, convert: Callable | None = None) -> Arguments:
    return copy_tree(arguments, convert)
