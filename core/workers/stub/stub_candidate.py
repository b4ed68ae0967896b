"""Candidates of the stub runtime: `stub` on the first line, then one act a line, done anew in every call (README)."""

import os
import signal
import sys
import time

sys.dont_write_bytecode = True


def prepare(role):
    if os.environ.get("STUB_UNREADY"):
        from parent import Unready

        raise Unready("the stub is told to be unready", "unset STUB_UNREADY")
    return {"stub": role}


def serve(channel, role):
    acts = []
    while True:
        request, descriptors = channel.receive()
        if request["do"] == "load":
            with open(descriptors[0], "rb") as file:
                file.seek(0)
                acts = [line.split() for line in file.read().decode().splitlines()[1:] if is_act(line)]
            channel.send(load(acts, request["entries"]))
        elif request["do"] == "run":
            channel.send(run(os.pread(descriptors[0], os.fstat(descriptors[0]).st_size, 0).decode(), descriptors[1]))
        else:
            channel.send(call(acts))
        for descriptor in descriptors:
            try:
                os.close(descriptor)
            except OSError:
                pass


def is_act(line):
    return bool(line.strip()) and not line.startswith("#")


def run(program, stdout):
    """A whole program: only its lines that begin with `#!` are done, wherever they stand."""
    for line in program.splitlines():
        if not line.startswith("#! "):
            continue
        act, words = line[3:].split()[0], line[3:].split()[1:]
        if act == "print":
            os.write(stdout, (" ".join(words) + "\n").encode())
        elif act == "pid":
            os.write(stdout, f"{os.getpid()}\n".encode())
        elif act == "end":
            return {"ok": True, "exit": int(words[0]), "signal": None, "reason": " ".join(words[1:])}
        elif act == "die":
            return {"ok": True, "exit": None, "signal": int(words[0])}
        else:
            globals()["do_" + act](*words)
    return {"ok": True, "exit": 0, "signal": None}


def load(acts, entries):
    if ["unloadable"] in acts:
        return {"ok": False, "outcome": "load_error", "phase": "load", "reason": "SyntaxError: as asked (line 2)"}
    return {"ok": True, "entries": entries}


def call(acts):
    reply = {"ok": True, "returned": {"k": "none"}, "after": {"k": "none"}, "gradients": None, "storages": [],
             "launches": [], "library": [], "races": [], "kernels": [], "log": ""}
    for act, *words in acts:
        said = globals()["do_" + act](*words)
        if act in ("raise", "claim"):
            return said
        if said is not None:
            reply["returned"] = {"k": "str", "v": said}
            reply["launches"] = [{"kernel": act, "source": "0" * 64, "own": said != "library", "count": 1}]
    return reply


CALLS = []


def do_right(most=None):
    """Only in the first `most` calls: a case more shows it (each is called twice, the second time for evidence)."""
    CALLS.append(None)
    return "right" if most is None or len(CALLS) <= int(most) else "wrong"


def do_wrong():
    return "wrong"


def do_curse():
    return "curse"


def do_library():
    return "library"


def do_sleep(seconds):
    time.sleep(float(seconds))


def do_hang():
    time.sleep(1000)


def do_raise(*words):
    return {"ok": False, "outcome": "call_error", "phase": "call", "reason": "ValueError: " + " ".join(words)}


def do_crash():
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(1000)


def do_exit(code):
    os._exit(int(code))


def do_orphan():
    """Kills its parent, which dies with it: nobody can tell that from our own fault."""
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(1000)


def do_daemon():
    """Leaves a process that no session, group or signal of the worker reaches."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)
    os.wait()
    with open(os.path.join(sys.argv[-1], "daemon"), "w", encoding="ascii"):
        pass  # the last --path is the bench


def do_mark():
    """Leaves a line where the bench counts."""
    with open(os.path.join(sys.argv[-1], "marks"), "a", encoding="ascii") as file:
        file.write("done\n")


def do_litter():
    """Files in the work folder, some below a folder that cannot be read."""
    if os.path.exists("deep"):
        return  # an earlier call
    os.makedirs("deep/er")
    for name in ("here", "deep/there", "deep/er/yonder"):
        with open(name, "wb") as file:
            file.write(b"x" * 1000)
    os.chmod("deep", 0)


def do_claim(outcome):
    """Speaks the protocol's words for what only the host may say."""
    return {"ok": False, "outcome": outcome, "phase": "call", "reason": "as claimed"}
