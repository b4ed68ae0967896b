"""Runs a test program with the entries bound to recorders, and keeps what each call was given.

The program and the reference are trusted text of a suite. The program sees a module that bears the task's name, in
which every entry is a Recorder; so `softmax(x)`, `task.softmax(x)` and `from task import softmax` are all recorded.
"""
from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import io
import sys
import types
from dataclasses import dataclass
from typing import Any, Callable, Iterator

import torch

import hardware
from copies import copy_tree, tensors_of
from modes import Poison
from runs import isolated
from sources import entry_of

MOST_NODES = 20_000
JUNK = 113  # what the program's unwritten memory holds
PLAIN = (type(None), bool, int, float, complex, str, bytes, torch.dtype, torch.device, torch.memory_format,
         torch.layout)


@dataclass
class Recorded:
    """One outermost call of an entry, as the program made it."""

    entry: str
    args: tuple
    kwargs: dict
    bytes: int
    raises: str | None = None   # type of the exception that came out of it
    failed: bool = False        # that exception ended the program
    backward: bool = False      # the program ran backward from what came out

    def fresh(self) -> tuple[tuple, dict]:
        """The arguments as they were before the call, never the same objects twice."""
        return copy_arguments(self.args, self.kwargs)


def copy_arguments(args: tuple, kwargs: dict) -> tuple[tuple, dict]:
    """copy_tree, and generators with their state too."""
    args, kwargs = copy_tree((tuple(args), dict(kwargs)))
    return tuple(_generator(a) for a in args), {key: _generator(value) for key, value in kwargs.items()}


def _generator(value: Any) -> Any:
    return value.clone_state() if isinstance(value, torch.Generator) else value


def cannot_travel(tree: Any, depth: int = 0) -> str | None:
    """Why an argument cannot be handed to another process, or None."""
    if depth > 32:
        return "nested deeper than 32"
    if isinstance(tree, torch.Tensor):
        if tree.layout != torch.strided or tree.is_quantized:
            return f"a tensor of layout {tree.layout}" if not tree.is_quantized else "a quantised tensor"
        plain = type(tree) in (torch.Tensor, torch.nn.Parameter, torch.nn.Buffer)
        return None if plain else f"a {type(tree).__name__}"
    if isinstance(tree, PLAIN) or (isinstance(tree, torch.Generator) and depth == 1):
        return None
    if isinstance(tree, dict):
        tree = [part for pair in tree.items() for part in pair]
    elif isinstance(tree, slice):
        tree = [tree.start, tree.stop, tree.step]
    elif not isinstance(tree, (list, tuple)):
        return f"a {type(tree).__name__}"
    if len(tree) > MOST_NODES:
        return f"more than {MOST_NODES} values"
    return next(filter(None, (cannot_travel(item, depth + 1) for item in tree)), None)


def on_device(tree: Any, device: str) -> Any:
    """The tree with the names of foreign devices replaced by this one's, where the runtime knows them."""
    if isinstance(tree, (torch.device, str)):
        return hardware.here(tree, device)
    if isinstance(tree, dict):
        return {key: on_device(value, device) for key, value in tree.items()}
    if type(tree) in (list, tuple):
        return type(tree)(on_device(item, device) for item in tree)
    return tree


class Log:
    """What the recorders of one program share."""

    def __init__(self, device: str, limit: int, most: int):
        self.device, self.limit, self.most = device, limit, most
        self.calls: list[Recorded] = []
        self.notes: list[str] = []
        self.inside = 0
        self.backward = False
        self.seen: set[str] = set()

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def keep(self, entry: str, args: tuple, kwargs: dict) -> Recorded | None:
        """Copies the arguments, or notes why this call cannot be kept."""
        why = cannot_travel(list(args), 0) or cannot_travel(kwargs, 0)
        if why:
            self.note(f"a call of {entry} was not recorded: {why} cannot travel")
            return None
        storages = {t.untyped_storage().data_ptr(): t.untyped_storage().nbytes() for t in tensors_of((args, kwargs))}
        size = sum(storages.values())
        if size + sum(call.bytes for call in self.calls) > self.limit:
            self.note(f"calls of {entry} were left out: their arguments pass the limit of {self.limit} bytes")
            return None
        if len(self.calls) >= self.most:
            self.note(f"only the first {self.most} calls were recorded")
            return None
        mark = fingerprint((entry, args, kwargs))
        if mark in self.seen:
            return None
        self.seen.add(mark)
        args, kwargs = copy_arguments(args, kwargs)
        call = Recorded(entry, on_device(args, self.device), on_device(kwargs, self.device), size)
        self.calls.append(call)
        return call


def fingerprint(tree: Any) -> str:
    """Equal for calls that cannot be told apart by a function: same values, dtypes, shapes and strides."""
    digest = hashlib.sha256()

    def add(node: Any) -> None:
        if isinstance(node, torch.Tensor):
            digest.update(repr((node.dtype, tuple(node.shape), node.stride(), node.requires_grad)).encode())
            flat = node.detach().resolve_conj().resolve_neg().contiguous().cpu().reshape(-1)
            digest.update(flat.view(torch.uint8).numpy().tobytes())
        elif isinstance(node, (list, tuple)):
            digest.update(f"{type(node).__name__}{len(node)}".encode())
            for item in node:
                add(item)
        elif isinstance(node, dict):
            add([part for pair in node.items() for part in pair])
        elif isinstance(node, torch.Generator):
            add(node.get_state())
        else:
            digest.update(f"{type(node).__name__}:{node!r};".encode())

    add(tree)
    return digest.hexdigest()


class Recorder:
    """Stands for an entry in the test program. Calls from inside another entry are not recorded."""

    def __init__(self, entry: str, function: Callable, log: Log):
        self._entry, self._function, self._log = entry, function, log
        functools.update_wrapper(self, function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        log = self._log
        call = log.keep(self._entry, args, kwargs) if not log.inside else None
        log.inside += 1
        try:
            return self._function(*args, **kwargs)
        except Exception as error:
            if call is not None:
                call.raises = type(error).__name__
                error.__dict__["touchstone_call"] = call
            raise
        finally:
            log.inside -= 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)


@contextlib.contextmanager
def _surroundings(name: str, module: types.ModuleType, seed: int, log: Log) -> Iterator[None]:
    """A seed, a module of the task's name, JUNK in fresh memory, backward noticed, nothing printed; then undone."""
    before, backward = sys.modules.get(name), torch.autograd.backward

    def noticed(*args: Any, **kwargs: Any) -> Any:
        log.backward = log.backward or not log.inside
        return backward(*args, **kwargs)

    try:
        sys.modules[name] = module
        torch.autograd.backward = noticed
        silence = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
        with isolated(seed), hardware.mapped(log.device), Poison(JUNK), silence[0], silence[1]:
            if "numpy" in sys.modules:
                sys.modules["numpy"].random.seed(seed % 2**32)
            yield
    finally:
        torch.autograd.backward = backward
        if before is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = before


class Holder:
    """Stands for a class in the test program of which some function is an entry: `Norm.apply`."""

    def __init__(self, held: Any):
        self._held = held

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._held(*args, **kwargs)


def bound(entries: list[str], reference: types.ModuleType, log: Log) -> dict[str, Any]:
    """What stands for the entries in the program, by name."""
    made: dict[str, Any] = {}
    for entry in entries:
        recorder = Recorder(entry, entry_of(reference, entry), log)
        name, _, inner = entry.partition(".")
        if inner:
            holder = made.setdefault(name, Holder(getattr(reference, name)))
            setattr(holder, inner, recorder)
        else:
            made[name] = recorder
    return made


def imports_of(golden: str) -> dict[str, Any]:
    """What a golden imports, as far as it is here already: many a test counts on the candidate's imports."""
    names: dict[str, Any] = {}
    try:
        nodes = ast.parse(golden).body
    except SyntaxError:
        return names
    for node in nodes:
        sources = [node.module or ""] if isinstance(node, ast.ImportFrom) else \
            [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if sources and all(source.split(".")[0] in sys.modules for source in sources):
            with contextlib.suppress(ImportError):
                exec(compile(ast.Module([node], []), "<imports>", "exec"), names)
    return {name: value for name, value in names.items() if name != "__builtins__"}


def run(task: dict, reference: types.ModuleType, seed: int, log: Log) -> None:
    """Runs the program to its end, or to the exception that ends it, which is noted. Raises nothing."""
    source = task["oracle"]["program"]
    program = types.ModuleType(task["id"])
    program.__dict__.update({"torch": torch} | imports_of(task["oracle"].get("golden") or ""))
    program.__dict__.update(reference.__dict__)
    program.__dict__.update(__name__="__main__", __file__=f"<test of {task['id']}>")
    recorders = bound(task["entries"], reference, log)
    program.__dict__.update(recorders)
    with _surroundings(task["id"], program, seed, log):
        try:
            exec(compile(source, program.__file__, "exec"), program.__dict__)
        except (Exception, SystemExit) as error:
            call = getattr(error, "touchstone_call", None)
            if call is not None:
                call.failed = True
            if not isinstance(error, SystemExit) or error.code:
                log.note(f"the test program stops with {type(error).__name__}: {_one_line(error)}")
    for name, recorder in recorders.items():
        if program.__dict__.get(name) is not recorder:
            log.note(f"the test program defines {name} itself")
    for call in log.calls:
        call.backward = log.backward and any(t.requires_grad for t in tensors_of((call.args, call.kwargs)))


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
