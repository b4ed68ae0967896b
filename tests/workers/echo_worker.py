"""A worker for the tests of the parent: does what it is asked, however bad."""

import os
import resource
import signal
import subprocess
import sys
import time


def prepare(role):
    if os.environ.get("ECHO_FAILS"):
        from parent import Unready

        raise Unready("the echo is broken", "mend the echo")
    return {"echo": role}


def serve(channel, role):
    while True:
        request, descriptors = channel.receive()
        channel.send(globals()["do_" + request["do"]](request, descriptors) or {"ok": True})


def do_about(request, descriptors):
    return {
        "ok": True,
        "pid": os.getpid(),
        "session": os.getsid(0),
        "cwd": os.getcwd(),
        "home": os.environ["HOME"],
        "stdin": os.readlink("/proc/self/fd/0"),
        "open": sorted(int(n) for n in os.listdir("/proc/self/fd")),
        "files": resource.getrlimit(resource.RLIMIT_NOFILE),
        "status": open("/proc/self/status").read(),
    }


def do_exit(request, descriptors):
    os._exit(request["code"])


def do_raise(request, descriptors):
    raise RuntimeError("on purpose")


def do_print(request, descriptors):
    print('{"exit": 0}', flush=True)
    os.write(2, b"{}\n")


def do_daemon(request, descriptors):
    """A process that no session, group or signal of the worker reaches."""
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(write, b"%d" % os.getpid())
        os.close(write)
        time.sleep(1000)
    os.wait()
    return {"ok": True, "pid": int(os.read(read, 20))}


def do_helper(request, descriptors):
    return {
        "ok": True,
        "text": subprocess.run([sys.executable, "-c", "print(6*7)"], capture_output=True, text=True).stdout,
    }


def do_loop(request, descriptors):
    while True:
        pass


def do_sleep(request, descriptors):
    time.sleep(1000)
