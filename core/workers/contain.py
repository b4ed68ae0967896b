"""What a forked child does to itself before it reads anything foreign: a session of its own, no descriptor but its
channel, a work folder, limits, no new privileges. Called once, in a child with one thread; whatever fails ends the
child, for half a wall is none.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Any

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
_LIMITS = ("DATA", "FSIZE", "NOFILE", "NPROC", "CORE", "CPU")
_libc = ctypes.CDLL(None, use_errno=True)


class ContainError(Exception):
    """A wall could not be raised, or the host asked for one that is not known here."""


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        raise ContainError(f"prctl({option}) failed: {os.strerror(ctypes.get_errno())}")


def die_with_parent() -> None:
    """Asks the kernel for SIGKILL when the thread that made this process ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def outlive_parent() -> None:
    """Takes die_with_parent back."""
    _prctl(_PR_SET_PDEATHSIG, 0)


def become_reaper() -> None:
    """Orphans below this process become its children; other processes of the user may not trace it."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_DUMPABLE, 0)


def check(spec: Any) -> dict:
    """The `contain` object of a fork request, checked (README: Control); ContainError where it is malformed."""
    if type(spec) is not dict or not spec.keys() <= {"work", "limits", "log"} or type(spec.get("work")) is not str:
        raise ContainError("contain has the keys work, limits, log, and no other")
    limits = spec.get("limits", {})
    if type(limits) is not dict or not limits.keys() <= set(_LIMITS):
        raise ContainError(f"limits are of {', '.join(_LIMITS)}")
    if any(type(value) is not int or value < 0 for value in limits.values()):
        raise ContainError("limits are whole numbers, not negative")
    if type(spec.get("log", "")) is not str:
        raise ContainError("log is the name of a file")
    return spec


def leave_parent(parent: int) -> None:
    """A session and process group of its own; dies with the parent; signals as a fresh process has them."""
    os.setsid()
    die_with_parent()
    if os.getppid() != parent:
        os._exit(1)  # it was gone before the kernel was asked
    _prctl(_PR_SET_DUMPABLE, 1)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def keep_only(descriptor: int, log: str | None) -> None:
    """Standard input from nowhere, output to the log (readable, so that its tail can be told), all else closed but
    one."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    output = os.open(log, flags, 0o600) if log else nowhere
    os.dup2(nowhere, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))


def apply(spec: dict, descriptor: int) -> None:
    """All of it, for a checked `contain` object; `descriptor` is the channel's, the only one above 2 that stays
    open."""
    keep_only(descriptor, spec.get("log"))
    os.chdir(spec["work"])
    os.umask(0o077)
    os.environ["HOME"] = os.environ["TMPDIR"] = spec["work"]
    for name, value in spec.get("limits", {}).items():
        kind = getattr(resource, "RLIMIT_" + name)
        _, most = resource.getrlimit(kind)
        hard = value + 1 if name == "CPU" else value  # first a signal that can be told from a kill
        hard = hard if most == resource.RLIM_INFINITY else min(hard, most)
        resource.setrlimit(kind, (min(value, hard), hard))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
