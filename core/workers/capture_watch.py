"""The functions that a program is watched for: each stands behind a recorder wherever its name is bound.

A recorder tells a call without its data (capture_tensor.py) and hands it on. Calls of one function from inside itself
are its own business; those of another watched function are recorded too. What cannot be told is noted, and such a call
is left out, never changed.
"""
from __future__ import annotations

import difflib
import functools
import importlib
import inspect
import json
import math
import sys
import threading
import types
from dataclasses import dataclass, field
from typing import Any, Callable

import torch

from capture_tensor import DTYPES, CannotTell, look

_OPERATORS = {"matmul": ["__matmul__"], "add": ["__add__"], "sub": ["__sub__"], "mul": ["__mul__"],
              "div": ["__truediv__"], "pow": ["__pow__"], "neg": ["__neg__"]}
_inside = threading.local()  # functions under way in this thread, and whether we are looking


class Unknown(ValueError):
    """A name that is no function; the text says which, and what may have been meant."""


@dataclass
class Case:
    arguments: dict[str, Any]   # as in operator.yaml
    seen: dict[str, dict]       # statistics of each tensor
    notes: list[str]
    count: int = 1

    def elements(self) -> int:
        return sum(seen["elements"] for seen in self.seen.values())


@dataclass
class Watched:
    name: str                   # torch.nn.functional.softmax
    original: Callable
    parameters: dict[str, Any]  # name → default, inspect.Parameter.empty where there is none
    gathers: str | None         # the parameter that takes the rest (*tensors)
    most: int
    data: bool
    cases: dict[str, Case] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    mutates: set[str] = field(default_factory=set)
    gradients: int = 0
    count: int = 0
    bound: list[tuple[Any, str, Any]] = field(default_factory=list)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def unbind(self) -> None:
        for owner, name, original in reversed(self.bound):
            setattr(owner, name, original)

    def keep(self, args: tuple, kwargs: dict) -> Case | None:
        """The call, told; or a note why it cannot be."""
        self.count += 1
        try:
            case = tell(named(self, args, kwargs), self.data)
        except CannotTell as error:
            self.note(f"call {self.count} is left out: {error} cannot be told")
            return None
        key = json.dumps(signature_of(case), sort_keys=True, default=str)
        if key in self.cases:
            self.cases[key].count += 1
            return self.cases[key]
        if len(self.cases) >= self.most:
            self.note(f"only the first {self.most} distinct calls are kept (--most)")
            return None
        self.gradients += any("asks for a gradient" in seen for seen in case.seen.values())
        self.cases[key] = case
        return case


def signature_of(case: Case) -> dict:
    """What makes a call distinct: sizes, dtypes, layouts and scalars, not contents."""
    def bare(node: Any) -> Any:
        if isinstance(node, list):
            return [bare(item) for item in node]
        return {key: node.get(key) for key in ("tensor", "dtype", "layout", "same_as", "float")} if isinstance(
            node, dict) else node
    return {name: bare(value) for name, value in case.arguments.items()}


def named(function: Watched, args: tuple, kwargs: dict) -> dict[str, Any]:
    """Arguments by the names of the parameters; those that begin with _ are nobody's business."""
    names = [name for name in function.parameters if name != function.gathers]
    out = dict(zip(names, args))
    if len(args) > len(names) or (function.gathers and len(args) == len(names)):
        if function.gathers is None:
            raise CannotTell(f"{len(args)} arguments by position, of which {len(names)} have a name,")
        out[function.gathers] = list(args[len(names):])
    for name, value in kwargs.items():
        function.parameters.setdefault(name, inspect.Parameter.empty)
        out[name] = value
    return {name: value for name, value in out.items() if not name.startswith("_")}


def tell(arguments: dict[str, Any], data: bool) -> Case:
    case, tensors = Case({}, {}, []), []

    def value_of(value: Any, name: str) -> Any:
        if isinstance(value, torch.Tensor):
            if type(value) not in (torch.Tensor, torch.nn.Parameter, torch.nn.Buffer):
                raise CannotTell(f"{name}: a {type(value).__name__}")
            twin = next((other for other, tensor in tensors if tensor is value and "[" not in name), None)
            if twin is not None:
                return {"same_as": twin}
            spec, case.seen[name], notes = look(value, data)
            case.notes += [f"{name}: {note}" for note in notes]
            if "[" not in name:
                tensors.append((name, value))
            return spec
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {"float": str(value)}
        if isinstance(value, torch.dtype) and value in DTYPES:
            return {"dtype": DTYPES[value]}
        if isinstance(value, (list, tuple)):
            return [value_of(item, f"{name}[{index}]") for index, item in enumerate(value)]
        raise CannotTell(f"{name}: a {type(value).__name__}")

    for name, value in arguments.items():
        case.arguments[name] = value_of(value, name)
    return case


def recorder(function: Watched, original: Callable) -> Callable:
    """`original`, recorded as a call of `function`."""

    def record(args: tuple, kwargs: dict) -> tuple[Case | None, list]:
        _inside.looking = True
        try:
            with torch._C.DisableTorchFunction():
                case = function.keep(args, kwargs)
            return case, [(name, value, value._version) for name, value in named(function, args, kwargs).items()
                          if type(value) is torch.Tensor and not value.is_inference()]
        except Exception as error:  # ours: the program must not suffer from it
            function.note(f"call {function.count} is left out: {type(error).__name__}: {error}")
            return None, []
        finally:
            _inside.looking = False

    @functools.wraps(original)
    def recording(*args: Any, **kwargs: Any) -> Any:
        open_ = _inside.__dict__.setdefault("open", [])
        if getattr(_inside, "looking", False) or function.name in open_:
            return original(*args, **kwargs)
        _, before = record(args, kwargs)
        open_.append(function.name)
        try:
            return original(*args, **kwargs)
        finally:
            open_.remove(function.name)
            function.mutates.update(name for name, value, version in before if value._version != version)

    return recording


def find(name: str) -> tuple[Any, str, Callable]:
    """(owner, attribute, function) of a dotted name; imports what must be."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            owner: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError as error:
            if error.name and ".".join(parts[:length]).startswith(error.name):
                continue
            raise Unknown(f"--function {name}: importing it fails: {error}") from None
        for part in parts[length:-1]:
            owner = getattr(owner, part, None)
        found = getattr(owner, parts[-1], None)
        if isinstance(found, type) or not callable(found):
            near = difflib.get_close_matches(parts[-1], dir(owner), 1)
            what = "is a class: name its forward" if isinstance(found, type) else "is no function"
            meant = f"; did you mean {'.'.join(parts[:-1] + near)}?" if near and near[0] != parts[-1] else ""
            raise Unknown(f"--function {name}: {what}{meant}")
        return owner, parts[-1], found
    raise Unknown(f"--function {name}: no module is called {parts[0]}; functions of the script itself cannot be "
                  "watched: move them to a module beside it" if len(parts) > 1 else
                  f"--function {name}: write the whole name, such as torch.nn.functional.{name}")


def parameters_of(function: Callable) -> tuple[dict[str, Any], str | None]:
    """Names and defaults, and which one takes the rest; torch's own C functions are known by its table of overrides."""
    try:
        given = inspect.signature(function).parameters
    except (TypeError, ValueError):
        stand_in = torch.overrides.get_testing_overrides().get(function)
        if stand_in is None:
            return {}, None
        given = inspect.signature(stand_in).parameters
    gathers = next((p.name for p in given.values() if p.kind == p.VAR_POSITIONAL), None)
    return {p.name: p.default for p in given.values() if p.kind != p.VAR_KEYWORD}, gathers


def bind(function: Watched, owner: Any, attribute: str) -> None:
    """Puts the recorder everywhere where this very function is bound: modules, and the tensor method of its name."""
    record = recorder(function, function.original)
    places = [(owner, attribute)]
    for name, module in list(sys.modules.items()):
        if isinstance(module, types.ModuleType) and not name.startswith("torch._"):
            places += [(module, key) for key, value in list(vars(module).items()) if value is function.original]
    for place, key in places:
        if getattr(place, key, None) is function.original:
            function.bound.append((place, key, function.original))
            setattr(place, key, record)
    for method in [attribute, *_OPERATORS.get(attribute, [])] if owner is torch else []:
        original = getattr(torch.Tensor, method, None)
        if callable(original):
            function.bound.append((torch.Tensor, method, original))
            setattr(torch.Tensor, method, recorder(function, original))


def watch(names: list[str], most: int, data: bool) -> list[Watched]:
    """Binds a recorder for each name. Unknown: one that is no function; nothing is bound then."""
    found = [(name, *find(name)) for name in names]
    watched = []
    for name, owner, attribute, original in found:
        parameters, gathers = parameters_of(original)
        watched.append(Watched(name, original, parameters, gathers, most, data))
    for function, (_, owner, attribute, _) in zip(watched, found):
        bind(function, owner, attribute)
    return watched
