"""The host's side of the worker protocol, as small as tests need it."""

import json
import os
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

import frames
from tensors import Blocks, Decoder, Sink, encode

ROOT = Path(__file__).resolve().parents[2]
PARENT = ROOT / "core/workers/parent.py"
LIMITS = {"FSIZE": 1 << 30, "NOFILE": 256, "CORE": 0, "CPU": 120}


class Host:
    """A parent process, started as the real host starts it: nothing inherited, control socket on descriptor 3."""

    def __init__(
        self, role: str, module: str, path: Path, environment: dict | None = None, python: str = sys.executable
    ):
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = (
            "import os, sys; d = int(sys.argv[1]); os.dup2(d, 3, True); os.closerange(4, 256); "
            "os.execv(sys.argv[2], sys.argv[2:])"
        )
        argv = [
            sys.executable,
            "-c",
            program,
            str(theirs.fileno()),
            python,
            "-P",
            str(PARENT),
            "--role",
            role,
            "--module",
            module,
            "--path",
            str(path),
        ]
        env = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | (
            environment or {}
        )
        self.process = subprocess.Popen(argv, env=env, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        self.control.settimeout(120)
        self.first = json.loads(self.control.recv(1 << 16) or b"null")

    def fork(self, work: Path, limits: dict | None = None, **more) -> "Worker":
        return Worker(self, {"work": str(work), "limits": limits or LIMITS, "log": str(work / "log.txt")} | more)

    def packet(self, data: bytes, descriptors: list[int]) -> None:
        socket.send_fds(self.control, [data], descriptors)

    def close(self) -> None:
        self.control.close()
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.process.wait()


class Worker:
    """One forked child: its channel, its status pipe."""

    def __init__(self, host: Host, spec: dict):
        mine, theirs = socket.socketpair()
        self.status, status = os.pipe()
        host.packet(json.dumps({"v": 1, "do": "fork", "contain": spec}).encode(), [theirs.fileno(), status])
        theirs.close()
        os.close(status)
        mine.settimeout(60)
        self.socket, self.channel, self.work = mine, frames.Channel(mine), spec["work"]

    def hello(self) -> dict:
        return self.channel.receive()[0]["hello"]

    def ask(self, request: dict, descriptors: list[int] | None = None) -> dict:
        self.channel.send(request, descriptors)
        return self.channel.receive()[0]

    def end(self, seconds: float = 20) -> dict:
        """The last word; closes the channel first, as a host does that is done."""
        self.socket.close()
        data, deadline = b"", time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self.status], [], [], max(0, deadline - time.monotonic()))
            assert ready, "the parent did not say that the worker ended"
            piece = os.read(self.status, 4096)
            if not piece:
                break
            data += piece
        os.close(self.status)
        return json.loads(data)


class Candidate:
    """A candidate worker with the calls of a test: arguments in, decoded results out."""

    def __init__(
        self, host: Host, work: Path, text: str, entries: list[str], device: str = "cpu", limits: dict | None = None
    ):
        self.worker = host.fork(work, limits)
        self.pid = self.worker.hello()["pid"]
        self.device = device
        code = _memfd(text.encode())
        self.loaded = self.worker.ask(
            {"do": "load", "entries": entries, "device": device, "file": "candidate.py", "fds": ["code"]}, [code]
        )
        os.close(code)

    def call(self, entry: str, *args, do: str = "call", backward=None, keywords: dict | None = None, **more) -> dict:
        """The reply; where it is ok, `value`, `arguments` and `grads` hold what came out, `blocks` its storages."""
        sink = Sink()
        tree = encode((args, keywords or {}), sink, strict=True)
        cotangents = encode(backward, sink, strict=True) if backward is not None else None
        arguments, outputs = _memfd(), _memfd()
        sink.write(arguments)
        request = {
            "do": do,
            "index": 0,
            "entry": entry,
            "arguments": tree,
            "storages": sink.storages,
            "fds": ["arguments", "outputs"],
        }
        request |= {"backward": cotangents, "library": True} if do == "call" else {"seconds": 0.05}
        try:
            reply = self.worker.ask(request | more, [arguments, outputs])
            if reply["ok"]:
                blocks = Blocks(reply["storages"], outputs)
                decoder = Decoder(blocks)
                reply |= {"value": decoder(reply["returned"]), "arguments": decoder(reply["after"]), "blocks": blocks}
                reply["grads"] = decoder(reply["gradients"]) if reply["gradients"] is not None else None
            return reply
        finally:
            os.close(arguments)
            os.close(outputs)

    def end(self) -> dict:
        return self.worker.end()


def _memfd(data: bytes = b"") -> int:
    descriptor = os.memfd_create("test", os.MFD_CLOEXEC)
    os.write(descriptor, data)
    return descriptor
