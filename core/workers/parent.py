"""The fork server: imports once what is slow, then forks a worker a request (README: Control).

    python -P parent.py --role ROLE --module MODULE [--path DIR]…

MODULE offers `prepare(role) -> dict` (imports and warm-ups; what it returns are the facts) and `serve(channel, role)`,
which runs in the forked child until its channel ends. The parent itself reads nothing that a candidate wrote. It has
one thread, always: a fork with live threads (OpenMP, BLAS) hangs sooner or later.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import contain  # noqa: E402
import frames  # noqa: E402

CONTROL = 3  # the descriptor of the control socket
PACKET = 64 << 10
PATIENCE = 5.0  # seconds to wait for killed leftovers: only a process stuck in the kernel takes longer
_BROKEN = 70  # exit status of a child whose own machinery failed


class Unready(Exception):
    """`prepare` raises it where its needs are not met: reason and remedy are for a person."""

    def __init__(self, reason: str, remedy: str):
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


def children_of(pid: int) -> set[int]:
    """Direct children of a process with one thread, zombies included."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return {int(text) for text in file.read().split()}
    except OSError:
        pass
    found = set()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="latin-1") as file:
                    if int(file.read().rsplit(")", 1)[1].split()[1]) == pid:
                        found.add(int(name))
            except (OSError, IndexError, ValueError):
                pass
    return found


def kill(pid: int, group: bool = False) -> None:
    try:
        (os.killpg if group else os.kill)(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


class Worker:
    """A forked child, as the parent knows it."""

    def __init__(self, status: int):
        self.status, self.started = status, time.monotonic()

    def tell(self, line: dict) -> None:
        """The last word to the host, and the end of the status pipe."""
        try:
            os.write(self.status, json.dumps(line).encode() + b"\n")
        except OSError:
            pass
        os.close(self.status)


class Parent:
    """One control socket, many children."""

    def __init__(self, control: socket.socket, module, role: str):
        self._control, self._module, self._role = control, module, role
        self._workers: dict[int, Worker] = {}
        self._pid = os.getpid()
        # A signal writes one byte to a pipe that the loop polls, so none is lost between a check and a wait.
        self._wake, wake_write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)

    def loop(self) -> None:
        """Serves until the host's end of the control socket is gone; then nothing below is alive."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._wake, select.POLLIN)
        try:
            while True:
                ready = {descriptor for descriptor, _ in poll.poll()}
                if self._wake in ready:
                    os.read(self._wake, 4096)
                    self._reap()
                if self._control.fileno() in ready and not self._serve():
                    return
        finally:
            self._end()

    def _serve(self) -> bool:
        """One packet from the host; False at its end."""
        data, descriptors, flags, _ = socket.recv_fds(self._control, PACKET, 2, socket.MSG_CMSG_CLOEXEC)
        if not data:
            return False
        try:
            request = frames.decode_object(data)
            if request.get("v") != 1 or request.get("do") != "fork" or len(descriptors) != 2:
                raise contain.ContainError("only version 1 fork requests with two descriptors are served here")
            spec = contain.check(request.get("contain"))
        except (frames.ProtocolError, contain.ContainError) as error:
            frames.close_all(descriptors[:1])
            for status in descriptors[1:]:
                Worker(status).tell(
                    {
                        "exit": None,
                        "signal": None,
                        "cpu_seconds": 0.0,
                        "wall_seconds": 0.0,
                        "peak_bytes": 0,
                        "refused": str(error),
                    }
                )
            return True
        self._fork(spec, *descriptors)
        return True

    def _fork(self, spec: dict, channel: int, status: int) -> None:
        worker = Worker(status)
        try:
            pid = os.fork()
        except OSError as error:
            os.close(channel)
            worker.tell(
                {
                    "exit": None,
                    "signal": None,
                    "cpu_seconds": 0.0,
                    "wall_seconds": 0.0,
                    "peak_bytes": 0,
                    "refused": f"fork failed: {error.strerror}",
                }
            )
            return
        if pid == 0:
            self._become_worker(spec, channel)
        os.close(channel)
        self._workers[pid] = worker

    def _become_worker(self, spec: dict, descriptor: int) -> None:
        """In the child: never returns."""
        code = _BROKEN
        try:
            contain.leave_parent(self._pid)
            contain.apply(spec, descriptor)
            channel = frames.Channel(socket.socket(fileno=descriptor))
            channel.send({"v": 1, "hello": {"pid": os.getpid(), "role": self._role}})
            self._module.serve(channel, self._role)
            code = 0
        except EOFError:
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            try:
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)  # no exit handlers: they belong to the parent's life

    def _reap(self) -> None:
        """Takes in what has died. A worker's last word comes after everything that it left behind is gone."""
        dead: list[tuple[Worker, dict]] = []
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            worker = self._workers.pop(pid, None)
            if worker is not None:
                kill(pid, group=True)
                dead.append((worker, _account(worker, status, usage)))
        if dead:
            self._sweep(time.monotonic() + PATIENCE)
        for worker, line in dead:
            worker.tell(line)

    def _sweep(self, deadline: float) -> None:
        """Kills and reaps children that are no workers: what dead workers, or detached helpers of live ones, left
        here."""
        while time.monotonic() < deadline:
            strays = children_of(self._pid) - self._workers.keys()
            if not strays:
                return
            for pid in strays:
                kill(pid)
            for pid in strays:
                try:
                    gone, _ = os.waitpid(pid, os.WNOHANG)
                except ChildProcessError:
                    gone = pid
                if not gone:
                    time.sleep(0.001)

    def _end(self) -> None:
        """Kills every descendant."""
        for pid in self._workers:
            kill(pid, group=True)
            kill(pid)
        self._workers.clear()
        self._sweep(time.monotonic() + PATIENCE)


def _account(worker: Worker, status: int, usage) -> dict:
    code = os.waitstatus_to_exitcode(status)
    return {
        "exit": code if code >= 0 else None,
        "signal": -code if code < 0 else None,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "wall_seconds": time.monotonic() - worker.started,
        "peak_bytes": usage.ru_maxrss * 1024,
    }


def prepare(name: str, role: str):
    """(module, first packet). Whatever goes wrong becomes a reason and a remedy."""
    try:
        module = importlib.import_module(name)
        facts = {"python": sys.version.split()[0], **module.prepare(role)}
    except ImportError as error:
        return None, {
            "v": 1,
            "ready": False,
            "reason": f"{type(error).__name__}: {error}",
            "remedy": f"install what is missing for {sys.executable}, or name another Python",
        }
    except Exception as error:
        reason = getattr(error, "reason", f"{type(error).__name__}: {error}")
        return None, {
            "v": 1,
            "ready": False,
            "reason": reason,
            "remedy": getattr(error, "remedy", "see the parent's standard error for the whole story"),
        }
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        return None, {
            "v": 1,
            "ready": False,
            "reason": f"{threads} threads run in the parent, so it must not fork",
            "remedy": "set OMP_NUM_THREADS=1 and OPENBLAS_NUM_THREADS=1 for workers",
        }
    return module, {"v": 1, "ready": True, "facts": facts}


def main() -> int:
    words = argparse.ArgumentParser(description="The fork server of Touchstone's workers; the host starts it.")
    words.add_argument("--role", required=True, choices=("candidate", "checker", "compiler"))
    words.add_argument("--module", required=True)
    words.add_argument("--path", action="append", default=[])
    asked = words.parse_args()
    contain.die_with_parent()
    contain.become_reaper()
    sys.path[1:1] = asked.path
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    control = socket.socket(fileno=CONTROL)
    control.set_inheritable(False)
    gc.disable()  # imports make much and drop little: looking through it costs a tenth of the start
    module, first = prepare(asked.module, asked.role)
    control.send(json.dumps(first).encode())
    if module is None:
        return 1
    # From here on the host's end shows as the end of descriptor 3: a kill here would leave nobody to sweep what workers
    # detached.
    contain.outlive_parent()
    gc.enable()
    gc.collect()
    gc.freeze()  # what is here now is never collected, so children do not copy its pages
    Parent(control, module, asked.role).loop()
    return 0


if __name__ == "__main__":
    sys.modules["parent"] = sys.modules["__main__"]  # a module's `from parent import Unready` means this very class
    sys.exit(main())
