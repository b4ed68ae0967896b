"""The candidate worker: loads one candidate, calls its entries, writes down what came out and what was seen.

Everything here runs in the candidate's own process: what it says is a claim, never a verdict. It is only made so that a
candidate that exits, prints, patches modules or raises odd things does not get in its own way. What the worker uses
after the candidate was loaded is bound before.
"""

from __future__ import annotations

import errno
import os
import random
import sys
from typing import Any

import torch

import frames
import loading
import programs
import timing as clock
from hardware import own_device
from memory import tensors_here
from sources import entry_of as _entry_of
from storages import Blocks, Sink
from tensors import Decoder, TreeError, encode

_INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"
_LOG_TAIL = 4000
# Bound at import.
_pread, _fstat, _read, _close = os.pread, os.fstat, os.read, os.close
_backward, _manual_seed, _Tensor = torch.autograd.backward, torch.manual_seed, torch.Tensor


class Refused(Exception):
    """A request ends with an outcome."""

    def __init__(self, outcome: str, phase: str, reason: str):
        super().__init__(reason)
        self.reply = {"ok": False, "outcome": outcome, "phase": phase, "reason": reason or outcome}


def prepare(role: str) -> dict:
    """In the parent: what is slow, once."""
    import preparing

    return preparing.prepare(_INTERPRETED)


def serve(channel: frames.Channel, role: str) -> None:
    """In the child, until the channel ends."""
    worker = Candidate()
    while True:
        request, descriptors = channel.receive()
        try:
            reply = worker.answer(request, descriptors)
        except Refused as refused:
            reply = refused.reply
        except MemoryError:
            reply = Refused("resource", "call", "the worker ran out of memory").reply
        except OSError as error:
            what = "resource" if error.errno == errno.ENOMEM else "infrastructure"
            reply = Refused(what, "call", f"the worker: {error.strerror}").reply
        except Exception as error:  # a malformed request, or the candidate broke the worker from within
            reply = Refused("infrastructure", "protocol", f"{type(error).__name__}: {error}"[:500]).reply
        finally:
            frames.close_all(descriptors)
        try:
            channel.send(reply)
        except ValueError as error:
            channel.send(Refused("resource", "call", f"the reply is too large: {error}").reply)


class Candidate:
    """One candidate, from its text to its last call."""

    def __init__(self) -> None:
        self._text, self._path, self._device = "", "", "cpu"
        self._entries: dict[str, Any] = {}
        self._observer: Any = None
        self._storages: list[Any] = []  # of the last call's results

    def answer(self, request: dict, descriptors: list[int]) -> dict:
        do, names = request.get("do"), request.get("fds", [])
        if len(names) != len(descriptors):
            raise Refused("infrastructure", "protocol", "descriptors and their names differ in number")
        files = dict(zip(names, descriptors))
        if do == "load":
            return self._load(request, files["code"])
        if do == "run" and not self._path:
            self._path = request["file"]  # a worker runs one program, once
            text = _contents(files["code"]).decode("utf-8-sig", "replace")
            device = own_device(request["device"])
            return programs.run(text, request["file"], device, files["stdout"], request["test"])
        if do in ("call", "time") and self._entries:
            return self._call(request, files, timed=do == "time")
        raise Refused("infrastructure", "protocol", f"a candidate worker does not know {do!r} now")

    def _load(self, request: dict, code: int) -> dict:
        import observing

        self._text = _contents(code).decode("utf-8-sig", "replace")
        self._device = own_device(request["device"])
        self._path = loading.write_file(self._text, request["file"])
        self._observer = observing.observer(self._device, self._path, self._text)
        loading.hide_own_modules()
        try:
            with self._observer.loading():
                module = loading.run_file(self._text, self._path)
            found = {name: _entry_of(module, name) for name in request["entries"]}
            self._entries = {name: entry for name, entry in found.items() if callable(entry)}
        except BaseException as error:
            outcome = loading.classify(error, "load_error")
            raise Refused(outcome, "load", loading.explain(error, self._path, self._text)) from None
        missing = [name for name in request["entries"] if name not in self._entries]
        if missing:
            raise Refused("no_entry", "load", f"the candidate defines no function called {', '.join(missing)}")
        return {"ok": True, "entries": list(self._entries)}

    def _call(self, request: dict, files: dict, timed: bool) -> dict:
        start = _log_size()
        decoder, args, kwargs, leaves, cotangents = self._arguments(request, files["arguments"])
        entry = self._entries.get(request["entry"])
        if entry is None:
            raise Refused("infrastructure", "protocol", f"{request['entry']!r} was not loaded")
        if request.get("rng") is not None:
            _manual_seed(request["rng"])
            random.seed(request["rng"])
        timing = None
        try:
            if timed:
                result, timing = clock.measure(entry, args, kwargs, self._device, request["seconds"])
            else:
                library, kernels = bool(request.get("library")), bool(request.get("kernels"))
                with self._observer.watching(library, kernels, (args, kwargs, cotangents)):
                    result = entry(*args, **kwargs)
                    backed = _differentiate(result, cotangents)
                    self._observer.settle()
        except BaseException as error:
            outcome = loading.classify(error, "call_error")
            raise Refused(outcome, "call", loading.explain(error, self._path, self._text)) from None
        if not timed:
            self._refuse_reuse(result, (args, kwargs))
        reply = self._tell(result, decoder, (args, kwargs), files["outputs"], leaves if not timed and backed else None)
        if timed:  # not watched
            return reply | {"timing": timing, "log": _log_since(start)}
        seen = self._observer.tell([result, [leaf.grad for leaf in leaves]], (args, kwargs))
        return reply | seen | {"log": _log_since(start)}

    def _refuse_reuse(self, result: Any, arguments: tuple) -> None:
        """A result must not lie where the last call's still lies: whoever holds that one would see it change."""
        given = {t.untyped_storage().data_ptr() for t in tensors_here(arguments)}
        storages = [t.untyped_storage() for t in tensors_here(result)]
        storages = [storage for storage in storages if storage.data_ptr() not in given]
        last = {storage.data_ptr() for storage in self._storages}
        self._storages = storages  # kept alive until the next call
        if any(storage.data_ptr() in last for storage in storages):
            raise Refused("wrong_structure", "call", "a result lies in the memory of the last call's result")

    def _arguments(self, request: dict, memfd: int) -> tuple[Decoder, tuple, dict, list, list | None]:
        try:
            decoder = Decoder(Blocks(request["storages"], memfd, self._device))
            args, kwargs = decoder(request["arguments"])
            leaves = [t for t in decoder.objects.values() if t.requires_grad]
            tree = request.get("backward")
            return decoder, args, kwargs, leaves, decoder(tree) if tree is not None else None
        except (TreeError, TypeError, KeyError, ValueError) as error:
            raise Refused("infrastructure", "protocol", f"malformed arguments: {error}") from None

    def _tell(self, result: Any, decoder: Decoder, arguments: tuple, memfd: int, leaves: list | None) -> dict:
        """Encodes results and arguments as they are now, and only then writes them."""
        try:
            sink = Sink(decoder.blocks, decoder.objects)
            returned, after = encode(result, sink), encode(arguments, sink)
            gradients = encode([leaf.grad for leaf in leaves], sink) if leaves is not None else None
            sink.write(memfd)
        except TreeError as error:
            raise Refused("wrong_structure", "call", f"the result cannot be read: {error}") from None
        except OSError as error:
            raise Refused("resource", "call", f"the outputs cannot be written: {error.strerror}") from None
        except BaseException as error:
            outcome = loading.classify(error, "call_error")
            raise Refused(
                outcome, "call", "the result cannot be read: " + loading.explain(error, self._path, self._text)
            ) from None
        return {"ok": True, "returned": returned, "after": after, "gradients": gradients, "storages": sink.storages}


def _differentiate(result: Any, cotangents: list | None) -> bool | None:
    """Backward from the result's differentiable tensors; False where they are not as many as the cotangents."""
    if cotangents is None:
        return None
    outputs = [t for t in _leaves(result, 0) if t.requires_grad]
    if len(outputs) != len(cotangents):
        return False
    pairs = [(o, c) for o, c in zip(outputs, cotangents) if c is not None]
    _backward([o for o, _ in pairs], [c.to(o.device) for o, c in pairs])
    return True


def _leaves(value: Any, depth: int) -> list:
    if issubclass(type(value), _Tensor):
        return [value]
    if depth > 32 or not isinstance(value, (list, tuple, dict)):
        return []
    items = value.values() if isinstance(value, dict) else value
    return [leaf for item in items for leaf in _leaves(item, depth + 1)]


def _contents(descriptor: int) -> bytes:
    return _pread(descriptor, _fstat(descriptor).st_size, 0)


def _log_size() -> int:
    _flush()
    try:
        return _fstat(1).st_size
    except OSError:
        return 0


def _log_since(start: int) -> str:
    """The tail of what was printed since; nothing where the candidate closed or replaced the log."""
    _flush()
    try:
        size = _fstat(1).st_size
        return _pread(1, _LOG_TAIL, max(start, size - _LOG_TAIL)).decode("utf-8", "replace")
    except OSError:
        return ""


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
