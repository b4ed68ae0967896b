"""The driver of an accelerator that nobody has, as its workers see it: FAKE_DEVICE is the device's folder.

A file `fault` in it says what goes wrong, and from which candidate on: `gone 3`, `ill 3`, `hang 3`, `error 3`.
"""

import os
import time

FOREIGN = ("cuda", "cuda:0")  # device names that programs hard-code; here they mean the worker's own device


class DeviceError(Exception):
    """The device answers no more, or says that it cannot."""


def place(name: str) -> str:
    return os.path.join(os.environ["FAKE_DEVICE"], name)


def read(name: str) -> str:
    try:
        with open(place(name), encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def write(name: str, text: str, mode: str = "w") -> None:
    with open(place(name), mode, encoding="ascii") as file:
        file.write(text)


def use() -> None:
    """One candidate comes onto the device, which may be its last."""
    if not os.path.isdir(os.environ["FAKE_DEVICE"]):
        raise DeviceError("the device is gone")
    write("candidates", ".", "a")
    fault, _, first = read("fault").partition(" ")
    if fault and len(read("candidates")) > int(first):
        globals()["_" + fault]()


def _gone() -> None:
    os.rename(os.environ["FAKE_DEVICE"], os.environ["FAKE_DEVICE"] + ".gone")
    raise DeviceError("the device is gone")


def _ill() -> None:
    write("health", "an uncorrectable error in its memory")
    raise DeviceError("uncorrectable error")


def _hang() -> None:
    write("health", "it does not answer")
    time.sleep(1000)


def _error() -> None:
    """The candidate's own fault: the device is as well as before."""
    raise DeviceError("illegal address")


def named(device: str) -> str:
    """What a program means by a device's name: only the worker's own is there."""
    if device in FOREIGN or device == "fake:0":
        return "fake:" + os.path.basename(os.environ["FAKE_DEVICE"])
    raise ValueError(f"there is no device {device!r}")


class Timing:
    """Alone on the device, or it shows: a file `collisions` is what a test looks for."""

    CLOCK = "fake ticks"

    def __enter__(self) -> "Timing":
        self._mark = os.open(place("timing"), os.O_CREAT | os.O_EXCL)
        self._others = read("calls")
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._mark)
        os.unlink(place("timing"))
        if read("calls") != self._others:
            write("collisions", "a call while another was timed\n", "a")


def call() -> None:
    write("calls", ".", "a")
