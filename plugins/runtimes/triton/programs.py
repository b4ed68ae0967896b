"""Runs a whole program to its end, in a process of its own below the worker: how it ended is what the kernel says, what
it printed lies in memory that the host reads. The worker runs no line of it.
"""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import sys
import threading
import traceback
import types
from typing import Any

import contain
import loading

_MOST_SAID = 4096
_libc = ctypes.CDLL(None)


def run(text: str, name: str, device: str, stdout: int, test: int) -> dict:
    """`test`: the line where the test begins, behind what it tests. How it ended, with its own words of why."""
    path = loading.write_file(text, name)
    words, ear = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    worker = os.getpid()
    child = os.fork()
    if child == 0:
        _become(text, path, device, stdout, ear, test, worker)
    os.close(ear)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    ended = {"exit": code if code >= 0 else None, "signal": -code if code < 0 else None}
    return {"ok": True, **ended, **_understood(words)}


def _understood(words: int) -> dict:
    """What the program's process said of an exception: its words about its own failure, no more. Whoever it left behind
    may still hold the other end."""
    os.set_blocking(words, False)
    try:
        said = json.loads(os.read(words, _MOST_SAID).decode())
        return {key: str(said[key])[:1000] for key in ("outcome", "phase", "reason") if key in said}
    except (OSError, ValueError, TypeError):
        return {}
    finally:
        os.close(words)


def _become(text: str, path: str, device: str, stdout: int, ear: int, test: int, worker: int) -> None:
    """In the child: never returns."""
    code = 70
    try:
        contain.die_with_parent()
        if os.getppid() != worker:
            os._exit(code)
        os.dup2(stdout, 1)
        os.closerange(3, ear)
        os.closerange(ear + 1, os.sysconf("SC_OPEN_MAX"))
        atexit._clear()
        _on(device, path)
        code = _execute(text, path, ear, test)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _on(device: str, path: str) -> None:
    """Nothing is watched but where kernels go; on the CPU 'cuda' means the CPU, and kernels run in the interpreter."""
    os.environ["TRITON_CACHE_DIR"] = os.path.join(os.getcwd(), "triton")
    if device == "cpu":
        import cuda_on_cpu
        import reach
        from watch import watch

        cuda_on_cpu.install(hosts=True)
        watch.file, watch.check_races, watch.memory = path, False, reach.Reach()


def _execute(text: str, path: str, ear: int, test: int) -> int:
    """As `python path` does it: the file is __main__, its folder comes first where imports look."""
    shutdown, flush, exits = threading._shutdown, (sys.stdout, sys.stderr), atexit._run_exitfuncs  # type: ignore
    loading.hide_own_modules()
    main = types.ModuleType("__main__")
    main.__file__, main.__builtins__ = path, __builtins__  # type: ignore[attr-defined]
    sys.modules["__main__"], sys.argv[:] = main, [path]
    sys.path.insert(0, os.path.dirname(path))
    code = 0
    try:
        exec(compile(text, path, "exec", dont_inherit=True), main.__dict__)
    except SystemExit as end:
        code = _status(end)
        if code:
            _tell(ear, "call_error", "call", f"SystemExit: {end}")
    except BaseException as error:
        code = 1
        _tell(ear, *_meaning(error, text, path, test))
        traceback.print_exc()
    os.close(ear)
    shutdown()
    exits()
    for stream in flush:
        stream.flush()
    _libc.fflush(None)
    return code


def _status(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return (end.code or 0) & 0xFF
    print(end.code, file=sys.stderr)
    return 1


def _meaning(error: BaseException, text: str, path: str, test: int) -> tuple[str, str, str]:
    """(outcome, phase, reason): what does not compile, or raises before the test begins, does not load."""
    own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    loads = bool(own) and (own[0] or 0) >= test
    outcome = loading.classify(error, "call_error" if loads else "load_error")
    return outcome, "call" if loads else "load", loading.explain(error, path, text)


def _tell(ear: int, outcome: str, phase: str, reason: Any) -> None:
    words = {"outcome": outcome, "phase": phase, "reason": str(reason)[:600]}
    os.write(ear, json.dumps(words).encode()[:_MOST_SAID])
