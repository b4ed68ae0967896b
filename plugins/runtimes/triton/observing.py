"""What is seen of a call: on the CPU by the interpreter and a dispatch log, on a GPU by launch wrapping and the
profiler."""

from __future__ import annotations

import contextlib
import gc
import os
from typing import Any, Iterator

import torch

from library import LibraryLog


def observer(device: str, path: str, text: str) -> Any:
    """The observer of a device, made before the candidate's code runs."""
    if device == "cpu":
        return OnCpu(path)
    from on_gpu import OnGpu

    return OnGpu(device, path, text)


class OnCpu:
    """Interpreter, dispatch log, and `cuda` in the candidate's words meaning the CPU."""

    def __init__(self, path: str):
        import cuda_on_cpu
        from watch import watch

        cuda_on_cpu.install(hosts=True)
        self._watch, self._log = watch, None
        self._watch.file = path
        os.environ["TRITON_CACHE_DIR"] = os.path.join(os.getcwd(), "triton")

    def loading(self) -> Any:
        """Around the file's own top level, which may try its kernels out."""
        return self.watching(True, False, ())

    @contextlib.contextmanager
    def watching(self, library: bool, kernels: bool, arguments: Any) -> Iterator[None]:
        watch, memory = self._watch, self._watch.memory
        watch.clear()
        self._log = LibraryLog(lambda: watch.busy > 0, memory, lambda: watch.count) if library else None
        if library:
            memory.begin(arguments, _kept())
        memory.on = library
        try:
            with self._log or contextlib.nullcontext():
                yield
        finally:
            memory.on = False

    def settle(self) -> None:
        """Nothing runs behind the caller's back on the CPU."""

    def tell(self, results: Any, arguments: Any) -> dict:
        return {
            "launches": self._watch.launches.tell(),
            "library": self._log.tell() if self._log else [],
            "races": list(self._watch.races),
            "notes": list(self._watch.notes),
            "kernels": [],
            "memory": self._watch.memory.tell(results, arguments) if self._log else None,
        }


def _kept() -> list:
    """Tensors that live already, wherever the candidate keeps them. (The parent's own objects are frozen: not looked
    through.)"""
    return [value for value in gc.get_objects() if isinstance(value, torch.Tensor)]
