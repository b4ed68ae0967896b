"""A parent in plain Python that speaks the worker protocol and misbehaves on request: for the tests of core/exec.

usage: stub_worker.py ROLE [unready|mute|dying]
"""
import array
import ctypes
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)


def send_frame(channel: socket.socket, body: dict) -> None:
    data = json.dumps(body).encode()
    channel.sendall(struct.pack("<I", len(data)) + data)


def receive_frame(channel: socket.socket) -> tuple[dict, list[int]]:
    """One frame; ends the process at end of file, as a worker must."""
    data, numbers = b"", []
    while len(data) < 4 or len(data) < 4 + struct.unpack("<I", data[:4])[0]:
        part, control, _, _ = channel.recvmsg(1 << 20, socket.CMSG_SPACE(4 * 253))
        if not part:
            os._exit(0)
        for _, _, payload in control:
            numbers += array.array("i", payload).tolist()
        data += part
    return json.loads(data[4:]), numbers


# ---- what a request can make the child do instead of answering well

def flood(channel: socket.socket, fds: list[int]) -> None:
    channel.sendall(struct.pack("<I", 0xFFFFFFF0) + b"x" * 65536)


def garbage(channel: socket.socket, fds: list[int]) -> None:
    channel.sendall(struct.pack("<I", 9) + b"{not json")


def deep(channel: socket.socket, fds: list[int]) -> None:
    text = b'{"ok": true, "x": ' + b"[" * 1_000_000
    channel.sendall(struct.pack("<I", len(text)) + text)


def not_a_reply(channel: socket.socket, fds: list[int]) -> None:
    send_frame(channel, {"verdict": "passed"})


def drip(channel: socket.socket, fds: list[int]) -> None:
    for byte in struct.pack("<I", 1000) + b" " * 1000:
        channel.send(bytes([byte]))
        time.sleep(0.05)


def twice(channel: socket.socket, fds: list[int]) -> None:
    body = json.dumps({"ok": True}).encode()
    channel.sendall(2 * (struct.pack("<I", len(body)) + body))


def smuggle(channel: socket.socket, fds: list[int]) -> None:
    body = b'{"ok": true}'
    null = os.open("/dev/null", os.O_RDONLY)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null] * 20))]
    channel.sendmsg([struct.pack("<I", len(body)) + body], rights)


def segfault(channel: socket.socket, fds: list[int]) -> None:
    ctypes.string_at(0)


def leave(channel: socket.socket, fds: list[int]) -> None:
    os._exit(0)


def suicide(channel: socket.socket, fds: list[int]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stop(channel: socket.socket, fds: list[int]) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def hang_up(channel: socket.socket, fds: list[int]) -> None:
    os.closerange(3, 256)
    time.sleep(1000)


def sleep(channel: socket.socket, fds: list[int]) -> None:
    time.sleep(1000)


def burn(channel: socket.socket, fds: list[int]) -> None:
    while True:
        pass


def kill_parent(channel: socket.socket, fds: list[int]) -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(1000)


def eat(channel: socket.socket, fds: list[int]) -> None:
    """Fills memory to its limit, then falls over as native code would."""
    hoard = []
    try:
        while True:
            hoard.append(b"x" * (1 << 20))
    except MemoryError:
        os.abort()


def daemonise(channel: socket.socket, fds: list[int]) -> None:
    """A grandchild in a session of its own, which keeps the channel open; the child answers and then dies."""
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(write_end, str(os.getpid()).encode())
            time.sleep(1000)
        os._exit(0)
    send_frame(channel, {"ok": True, "pid": int(os.read(read_end, 32))})
    os._exit(0)


def hold(channel: socket.socket, fds: list[int]) -> None:
    """Answers, but keeps a writable mapping of its outputs."""
    os.write(fds[0], b"result")
    LIBC.mmap.restype = ctypes.c_void_p
    LIBC.mmap(None, ctypes.c_size_t(4096), 3, 1, fds[0], ctypes.c_long(0))
    send_frame(channel, {"ok": True})


def write(channel: socket.socket, fds: list[int]) -> None:
    text = os.pread(fds[0], 1 << 20, 0)
    os.write(fds[1], text.upper())
    for fd in fds:
        os.close(fd)
    send_frame(channel, {"ok": True, "read": len(text)})


TRICKS = {f.__name__: f for f in (
    flood, garbage, deep, not_a_reply, drip, twice, smuggle, segfault, leave, suicide, stop, hang_up, sleep, burn,
    kill_parent, eat, daemonise, hold, write)}


def child(role: str, channel: socket.socket, contain: dict) -> None:
    os.setsid()
    LIBC.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    log = os.open(contain["log"], os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(contain["work"])
    for name, most in contain["limits"].items():
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (most, most))
    send_frame(channel, {"v": 1, "hello": {"pid": os.getpid(), "role": role}})
    while True:
        request, fds = receive_frame(channel)
        print("asked for", request["do"], flush=True)
        if request["do"] in TRICKS:
            TRICKS[request["do"]](channel, fds)
            continue
        send_frame(channel, {"ok": True, "echo": request, "descriptors": len(fds), "folder": os.getcwd()})


def sweep(known: set[int]) -> None:
    """Kills and reaps what the dead left behind: it has become ours, for we are a subreaper."""
    while True:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            strays = [int(pid) for pid in file.read().split() if int(pid) not in known]
        if not strays:
            return
        for pid in strays:
            os.kill(pid, signal.SIGKILL)
        for pid in strays:
            os.waitpid(pid, 0)


def bury(pid: int, status_pipe: int, started: float, known: set[int]) -> None:
    _, status, usage = os.wait4(pid, 0)
    known.discard(pid)
    sweep(known)
    code = os.waitstatus_to_exitcode(status)
    line = {"exit": code if code >= 0 else None, "signal": -code if code < 0 else None,
            "cpu_seconds": usage.ru_utime + usage.ru_stime, "wall_seconds": time.monotonic() - started,
            "peak_bytes": usage.ru_maxrss * 1024}
    try:
        os.write(status_pipe, json.dumps(line).encode() + b"\n")
    except BrokenPipeError:
        pass  # the host did not want to know
    os.close(status_pipe)


def serve(role: str, control: socket.socket) -> None:
    workers: dict[int, tuple[int, int, float]] = {}  # pidfd -> pid, status pipe, start
    while True:
        ready, _, _ = select.select([control, *workers], [], [])
        for pidfd in [fd for fd in ready if fd is not control]:
            pid, pipe, started = workers.pop(pidfd)
            bury(pid, pipe, started, {p for p, _, _ in workers.values()})
            os.close(pidfd)
        if control not in ready:
            continue
        packet, rights, _, _ = control.recvmsg(65536, socket.CMSG_SPACE(8))
        if not packet:
            for pid, _, _ in workers.values():
                os.kill(pid, signal.SIGKILL)
            os._exit(0)
        channel, pipe = array.array("i", rights[0][2]).tolist()
        pid = os.fork()
        if pid == 0:
            control.close()
            os.close(pipe)
            for pidfd, (_, other, _) in workers.items():
                os.close(pidfd)
                os.close(other)
            try:
                child(role, socket.socket(fileno=channel), json.loads(packet)["contain"])
            finally:
                os._exit(70)
        os.close(channel)
        workers[os.pidfd_open(pid)] = (pid, pipe, time.monotonic())


def main() -> None:
    role, mood = sys.argv[1], "".join(sys.argv[2:])
    LIBC.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    control = socket.socket(fileno=3)
    if mood == "dying":
        sys.exit("stub: torch is broken")
    if mood == "mute":
        time.sleep(1000)
    ready = {"v": 1, "ready": True, "facts": {"python": sys.version.split()[0]}}
    if mood == "unready":
        ready = {"v": 1, "ready": False, "reason": "no torch here", "remedy": "pip install torch"}
    control.send(json.dumps(ready).encode())
    serve(role, control)


main()
