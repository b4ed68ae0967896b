"""Lets programs that hard-code 'cuda' run on the CPU: factories, moves, torch.device and torch.cuda are mapped.

`install()` is for good (a worker's child); `mapped()` is for a while. Needs torch alone. Tensors still lie on the
CPU, but say that they do not: `is_cuda` is true, `x.device` is a text 'cpu' that torch's own functions take, and that
compares and prints as `cuda:0`. What such a GPU is said to be is an A100, as everywhere in the interpreter.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from typing import Any, Callable, Iterator

import torch

import cuda_module
import host_tensors

_Real = torch.device
_real_device_of = torch.Tensor.device.__get__  # type: ignore[attr-defined]


class Cuda(str):
    """A device: 'cpu' to torch, `cuda:0` to the program."""

    type, index = "cuda", 0

    def __new__(cls) -> "Cuda":
        return str.__new__(cls, "cpu")

    def __eq__(self, other: Any) -> bool:
        if isinstance(other, Cuda):
            return True
        return str(other) in ("cuda", "cuda:0") if isinstance(other, (str, _Real)) else NotImplemented

    def __ne__(self, other: Any) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash("cuda:0")

    def __str__(self) -> str:
        return "cuda:0"

    def __format__(self, spec: str) -> str:
        return format("cuda:0", spec)

    def __repr__(self) -> str:
        return "device(type='cuda', index=0)"

    def __reduce__(self) -> tuple:
        return Cuda, ()

    def __enter__(self) -> "Cuda":
        host_tensors.default_to_cuda(1)
        self._context = _Real("cpu")
        self._context.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        host_tensors.default_to_cuda(-1)
        return self._context.__exit__(*error)


CUDA = Cuda()


def _is_cuda(value: Any) -> bool:
    if isinstance(value, Cuda):
        return False  # means the CPU already
    if isinstance(value, str):
        return value == "cuda" or value.startswith("cuda:")
    return isinstance(value, _Real) and value.type == "cuda"


def here(value: Any) -> Any:
    """The same, or the CPU where a CUDA device was meant."""
    return "cpu" if _is_cuda(value) else value


class _DeviceKind(type):
    """torch.device, as far as programs use it: called, and asked whether something is one."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        first = args[0] if args else kwargs.get("device", kwargs.get("type"))
        if _is_cuda(first) or isinstance(first, (Cuda, int)):
            return CUDA
        return _Real(*args, **kwargs)

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, (_Real, Cuda))


class MappedDevice(metaclass=_DeviceKind):
    __doc__ = _Real.__doc__


def _asks_for_cuda(args: tuple, kwargs: dict) -> bool:
    values = (*args, kwargs.get("device"), kwargs.get("other"))
    if kwargs.get("out") is not None:
        return True
    like = any(isinstance(v, torch.Tensor) and not host_tensors.is_marked(v) for v in values[1:])
    return like or any(_is_cuda(v) or isinstance(v, Cuda) for v in values) or isinstance(kwargs.get("device"), int)


def _mapping(function: Callable, finish: Callable | None = None) -> Callable:
    """The function with CUDA devices among its arguments mapped; an integer as `device` is a CUDA device too. `finish`
    is given what it gave, whether a CUDA device was asked for, and what it was called with."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        asked = finish is not None and _asks_for_cuda(args, kwargs)
        result = plain(*args, **kwargs)
        return finish(result, asked, args) if finish is not None else result

    def plain(*args: Any, **kwargs: Any) -> Any:
        if "device" in kwargs:
            kwargs["device"] = "cpu" if isinstance(kwargs["device"], int) else here(kwargs["device"])
        if "pin_memory" in kwargs:
            kwargs["pin_memory"] = False
        return function(*[here(a) if isinstance(a, (str, _Real)) else a for a in args], **kwargs)

    return call


def _device_of(tensor: Any) -> Any:
    real = _real_device_of(tensor)
    return CUDA if real.type == "cpu" and not host_tensors.is_marked(tensor) else real


_FACTORIES = """empty zeros ones full rand randn randint randperm arange linspace logspace eye tensor as_tensor asarray
    empty_like zeros_like ones_like full_like rand_like randn_like randint_like empty_strided scalar_tensor tril_indices
    triu_indices normal hann_window hamming_window bartlett_window blackman_window kaiser_window sparse_coo_tensor
    complex range from_file empty_permuted get_default_device Generator""".split()
_METHODS = "to new_empty new_zeros new_ones new_full new_tensor new_empty_strided".split()


def _move(self: Any, device: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Tensor.cuda and Module.cuda."""
    return host_tensors.moved(self)


def _set_default_device(original: Callable) -> Callable:
    def set_default_device(device: Any) -> None:
        host_tensors.default_is_cuda(_is_cuda(device) or isinstance(device, (Cuda, int)))
        original("cpu" if isinstance(device, int) else here(device))

    return set_default_device


def _autocast(original: Any) -> Callable:
    def init(self: Any, device_type: str, *args: Any, **kwargs: Any) -> None:
        if _is_cuda(device_type) or isinstance(device_type, Cuda):
            device_type = "cpu"
            kwargs.setdefault("dtype", args[0] if args else torch.float16)
            args = args[1:]
        original(self, device_type, *args, **kwargs)

    return init


def install(hosts: bool = False) -> Callable[[], None]:
    """Maps; gives what undoes it. Installing twice maps once. `hosts`: what would lie on the host is marked."""
    if torch.device is MappedDevice:
        return lambda: None
    undo: list[tuple[Any, str, Any]] = []

    def put(owner: Any, name: str, value: Any) -> None:
        undo.append((owner, name, owner.__dict__.get(name, _MISSING)))
        setattr(owner, name, value)

    for name in _FACTORIES:
        if name == "Generator":
            put(torch, name, _generator_kind(torch.Generator))
        elif hasattr(torch, name):
            finish = host_tensors.made if name in host_tensors.FACTORIES else host_tensors.followed
            put(torch, name, _mapping(getattr(torch, name), finish if hosts else None))
    put(torch, "set_default_device", _set_default_device(torch.set_default_device))
    for name in _METHODS:
        put(torch.Tensor, name, _mapping(getattr(torch.Tensor, name), host_tensors.followed if hosts else None))
    for name, value in cuda_module.functions().items():
        put(torch.cuda, name, value)
    put(torch.Tensor, "cuda", _move)
    put(torch.Tensor, "pin_memory", _move)
    put(torch.Tensor, "record_stream", lambda self, stream: None)
    put(torch.Tensor, "get_device", lambda self: 0)
    put(torch.Tensor, "is_cuda", property(lambda self: isinstance(_device_of(self), Cuda)))
    put(torch.Tensor, "device", property(_device_of))
    put(torch.nn.Module, "cuda", _move)
    put(torch.nn.Module, "to", _mapping(torch.nn.Module.to))
    put(torch.amp.autocast_mode.autocast, "__init__", _autocast(torch.amp.autocast_mode.autocast.__init__))
    put(torch, "device", MappedDevice)

    def restore() -> None:
        for owner, name, value in reversed(undo):
            delattr(owner, name) if value is _MISSING else setattr(owner, name, value)

    return restore


_MISSING = object()


def _generator_kind(real: Any) -> Any:
    """torch.Generator: a type that programs call and ask for instances of."""
    if not inspect.isclass(real):
        return real

    class Kind(type):
        def __call__(cls, device: Any = "cpu") -> Any:
            return real("cpu" if isinstance(device, int) else here(device))

        def __instancecheck__(cls, value: Any) -> bool:
            return isinstance(value, real)

    return Kind("Generator", (), {})


@contextlib.contextmanager
def mapped() -> Iterator[None]:
    """The mapping, for the length of a block."""
    restore = install()
    try:
        yield
    finally:
        restore()
