"""Kernels as references (channel G's goldens): each run of one needs the device's own surroundings, whoever runs it."""
from __future__ import annotations

import functools
import types
from typing import Any, Callable

import hardware
from sources import load_source


def load_golden(name: str, text: str, device: str) -> types.ModuleType:
    """The golden as a module, loaded where it can run; what it raises is passed on."""
    hardware.ready_for_kernels(device)
    with hardware.mapped(device):
        return load_source(name, text)


def golden_entry(function: Callable, device: str) -> Callable:
    """The entry, which `runs.run` runs in the device's surroundings, its backward too."""

    def entry(*args: Any, **kwargs: Any) -> Any:
        with hardware.mapped(device):
            return function(*args, **kwargs)

    functools.update_wrapper(entry, function)
    entry.surroundings = functools.partial(hardware.mapped, device)
    return entry
