"""What core/workers/hardware.py asks of a runtime: torch runs on the CPU here, and calls it the fake accelerator."""

import contextlib
import os
import re
import time

import torch
from torch.overrides import TorchFunctionMode

import fake_device


def own_device(name):
    """What torch calls the device; a real one has a name of its own there, `npu:0`."""
    return "cpu"


def seed(number):
    torch.default_generator.manual_seed(number)


def is_lost(error):
    return isinstance(error, fake_device.DeviceError) or not os.path.isdir(os.environ["FAKE_DEVICE"])


def here(value, device):
    """A device's name that programs hard-code means the worker's own."""
    if isinstance(value, torch.device):
        return torch.device(device) if value.type == "cuda" else value
    return device if isinstance(value, str) and re.fullmatch(r"(cuda|fake)(:\d+)?", value) else value


class Mapped(TorchFunctionMode):
    """Every call of torch with such names among its arguments."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function is torch.Tensor.cuda:
            return args[0]
        named = {name: here(value, "cpu") for name, value in (kwargs or {}).items()}
        return function(*(here(value, "cpu") for value in args), **named)


def mapped(device):
    return Mapped()


class Ticks:
    """The device's clock: whole microseconds."""

    name = fake_device.Timing.CLOCK

    def seconds(self, function, args, kwargs):
        with contextlib.ExitStack() as stack:
            stack.enter_context(fake_device.Timing())
            start = time.perf_counter_ns()
            function(*args, **kwargs)
            return ((time.perf_counter_ns() - start) // 1000 + 1) * 1e-6


def clock(device):
    return Ticks()
