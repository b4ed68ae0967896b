"""The compiler worker: compiles a candidate's kernels for real GPUs, none needed, as they were launched.

It loads the candidate's file again in a process of its own, so what is compiled is what stands in the file. What it
says is still said beside the candidate's code: the host takes it as evidence, not as proof.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import sys
import tempfile
from typing import Any, Iterator

import candidate as common
import frames
import loading
from launches import captured, constant_from_json, definition, source_of

TARGETS = (("sm_80", 80), ("sm_90", 90))
_USAGE = re.compile(r"Used (\d+) registers")
_SPILLS = re.compile(r"(\d+) bytes spill stores, (\d+) bytes spill loads")


def prepare(role: str) -> dict:
    """In the parent: imports, and what the first compilation would pay for."""
    import torch
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import make_backend
    from triton.runtime.cache import triton_key
    import cuda_on_cpu  # noqa: F401  (children import nothing)

    torch.set_num_threads(1)
    import standin

    standin.install()
    triton.knobs.nvidia.dump_ptxas_log = True  # registers and spills, without a second run of ptxas
    triton_key()
    for _, capability in TARGETS:
        make_backend(GPUTarget("cuda", capability, 32)).hash()  # asks ptxas for its version: a process a time
    _warm()
    return {"torch": torch.__version__, "triton": triton.__version__, "targets": [name for name, _ in TARGETS]}


def _warm() -> None:
    """One small kernel for each target: what Triton and LLVM make at first use is there before the fork, and a compiler
    that does not work here shows at start."""
    import warm_kernel
    from parent import Unready

    cache = os.environ.get("TRITON_CACHE_DIR")
    try:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            os.environ["TRITON_CACHE_DIR"] = folder
            for _, capability in TARGETS:
                build(warm_kernel.LAUNCHED, warm_kernel.LAUNCH, capability, {})
    except Exception as error:
        raise Unready(
            f"Triton compiles nothing here: {type(error).__name__}: {error}",
            "install triton from its wheel, which brings ptxas along",
        ) from error
    finally:
        if cache is None:
            os.environ.pop("TRITON_CACHE_DIR", None)
        else:
            os.environ["TRITON_CACHE_DIR"] = cache


def serve(channel: frames.Channel, role: str) -> None:
    worker = Compiler()
    while True:
        request, descriptors = channel.receive()
        try:
            reply = worker.answer(request, descriptors)
        except common.Refused as refused:
            reply = refused.reply
        finally:
            frames.close_all(descriptors)
        channel.send(reply)


class Compiler:
    """One candidate's file, loaded; then any number of launches."""

    def __init__(self) -> None:
        self._text, self._path = "", ""
        self._names: dict[str, Any] = {}
        self._kernels: dict[str, list] = {}
        self._built: dict[str, Any] = {}

    def answer(self, request: dict, descriptors: list[int]) -> dict:
        if request.get("do") == "load" and len(descriptors) == 1:
            return self._load(request, descriptors[0])
        if request.get("do") == "compile" and self._path:
            results = [
                self._compile(launch, name, capability)
                for launch in request["launches"]
                for name, capability in TARGETS
            ]
            return {"ok": True, "results": results}
        raise common.Refused("infrastructure", "protocol", f"a compiler worker does not know {request.get('do')!r} now")

    def _load(self, request: dict, code: int) -> dict:
        import cuda_on_cpu

        os.environ["TRITON_CACHE_DIR"] = os.path.join(os.getcwd(), "triton")
        cuda_on_cpu.install()
        self._text = common._contents(code).decode("utf-8-sig", "replace")
        self._path = loading.write_file(self._text, request["file"])
        loading.hide_own_modules()
        names: dict = {}
        with _nothing_launches():
            try:
                names = vars(loading.run_file(self._text, self._path))
            except BaseException as error:
                # A file that tries itself out stumbles over results that were never computed: its kernels stand.
                names = vars(sys.modules[loading.NAME]) if loading.NAME in sys.modules else {}
                if not _kernels_of(names):
                    raise common.Refused("load_error", "load", loading.explain(error, self._path, self._text)) from None
        self._names, self._kernels = names, _kernels_of(names)
        return {"ok": True, "entries": [name for name in request["entries"] if callable(names.get(name.split(".")[0]))]}

    def _compile(self, launch: dict, target: str, capability: int) -> dict:
        result = {
            "kernel": launch["kernel"],
            "target": target,
            "ok": False,
            "own": False,
            "reason": None,
            "registers": None,
            "spills": None,
            "shared": None,
        }
        kernel, reason = self._kernel(launch)
        if kernel is None:
            return result | {"reason": reason}
        result["own"] = definition(launch["source"], self._text) is not None
        functions = {source_of(k.fn): k for kernels in self._kernels.values() for k in kernels}
        log = io.StringIO()
        try:
            with contextlib.redirect_stdout(log):
                compiled = build(kernel, launch, capability, functions)
        except BaseException as error:
            return result | {"reason": loading.explain(error, self._path, self._text)}
        return result | {"ok": True, "shared": getattr(compiled.metadata, "shared", None)} | _resources(log.getvalue())

    def _kernel(self, launch: dict) -> tuple[Any, str]:
        """The launched kernel as the candidate's file defines it or came by it, or none and why not."""
        same = [k for k in self._kernels.get(launch["kernel"], []) if source_of(k.fn) == launch["source"]]
        if not same and definition(launch["source"], self._text) is None:
            return None, "no kernel of this name and text is in the candidate's file when it is loaded"
        if not same:
            return self._define(launch["kernel"], launch), ""
        for kernel in same:
            if captured(kernel.fn) == launch["captured"]:
                return kernel, ""
        if "<locals>" in same[0].fn.__qualname__:  # a factory's kernel: the same text with other constants
            return self._define(launch["kernel"], launch), ""
        return None, "it names other helpers or constants when it is compiled for a GPU than when it was run"

    def _define(self, name: str, what: dict) -> Any:
        """A kernel that is made only when its entry runs: its definition alone, with what it captured."""
        import triton
        import triton.language as tl

        key = json.dumps([name, what["source"], what["captured"]], sort_keys=True)
        if key not in self._built:
            node = definition(what["source"], self._text)
            node.decorator_list = []
            names = dict(self._names)
            for inner, value in what["captured"].items():
                if "." in inner:
                    continue  # an attribute of what the module's names hold
                if "source" in value:
                    names[inner] = self._define(inner, value)
                else:
                    names[inner] = tl.constexpr(constant_from_json(value["constant"], {}, tl.dtype))
            exec(compile(ast.Module([node], []), self._path, "exec"), names)
            self._built[key] = triton.jit(names[node.name])
        return self._built[key]


def build(kernel: Any, launch: dict, capability: int, functions: dict) -> Any:
    """Compiles as JITFunction does it for a launch with these types, constants and options; `functions` are what
    constants may name."""
    import triton
    import triton.language as tl
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource, make_backend

    backend = make_backend(GPUTarget("cuda", capability, 32))
    names = [parameter.name for parameter in kernel.params]
    constants = {
        (names.index(name),): constant_from_json(value, functions, tl.dtype)
        for name, value in launch["constants"].items()
    }
    # One divisibility mark, spelt as this version's own launches spell it.
    attributes = {(names.index(name),): backend.parse_attr("D") for name in launch["divisible"]}
    settings = {name: constant_from_json(value, functions, tl.dtype) for name, value in launch["options"].items()}
    options = backend.parse_options(dict(settings))
    unknown = [name for name in settings if name not in options.__dict__]
    if unknown:
        raise KeyError(f"Keyword argument {unknown[0]} was specified but unrecognised")
    source = ASTSource(kernel, launch["signature"], constants, attributes)
    return triton.compile(source, target=GPUTarget("cuda", capability, 32), options=options.__dict__)


@contextlib.contextmanager
def _nothing_launches() -> Iterator[None]:
    """Launches at a module's top level do nothing: there is no device, and only definitions are wanted."""
    from triton.runtime.jit import JITFunction

    run = JITFunction.run
    JITFunction.run = lambda self, *arguments, **keywords: None
    try:
        yield
    finally:
        JITFunction.run = run


def _kernels_of(names: dict) -> dict[str, list]:
    """Every JIT function that a module's names lead to, in wrappers, classes and containers too, by name."""
    from triton.runtime.jit import JITFunction

    found: dict[str, list] = {}
    seen: set[int] = set()
    pending = [(value, 0) for value in names.values()]
    while pending and len(seen) < 100_000:
        value, depth = pending.pop()
        if id(value) in seen or depth > 6:
            continue
        seen.add(id(value))
        if isinstance(value, JITFunction):
            found.setdefault(value.fn.__name__, []).append(value)
        elif hasattr(type(value), "run") and hasattr(value, "fn"):  # Autotuner, Heuristics
            pending.append((value.fn, depth + 1))
        elif isinstance(value, (staticmethod, classmethod)):
            pending.append((value.__func__, depth + 1))
        elif isinstance(value, (list, tuple)):
            pending += [(item, depth + 1) for item in value]
        elif isinstance(value, dict):
            pending += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, type) and value.__module__ == loading.NAME:
            pending += [(item, depth + 1) for item in vars(value).values()]
        elif callable(value) and getattr(value, "__closure__", None):
            pending += [(cell.cell_contents, depth + 1) for cell in value.__closure__ if _filled(cell)]
    return found


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents
    except ValueError:
        return False
    return True


def _resources(log: str) -> dict:
    """Registers and bytes of spills in what ptxas said; nothing where it said nothing (a kernel from the cache)."""
    used, spilled = _USAGE.search(log), _SPILLS.search(log)
    return {
        "registers": int(used.group(1)) if used else None,
        "spills": sum(map(int, spilled.groups())) if spilled else None,
    }
