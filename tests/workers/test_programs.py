"""Whole programs in a candidate worker: how they end, what they print, what they find around them."""

import functools
import os
import signal

import pytest

import host as support
from conftest import PLUGIN
from texts import ADD, HEAD


def request_of(implementation: str, name: str, device: str) -> dict:
    return {"do": "run", "device": device, "file": name, "test": implementation.count("\n") + 2,
            "fds": ["code", "stdout"]}


@pytest.fixture
def run_on(memfd, tmp_path):
    """Runs `run_on(host, device, implementation, test)`: the reply, and what was printed."""
    started = []

    def run(host, device: str, implementation: str, test: str = "", name: str = "add.py") -> tuple[dict, str]:
        work = tmp_path / str(len(started))
        work.mkdir()
        started.append(host.fork(work))
        started[-1].hello()
        code, stdout = memfd((implementation + "\n" + test).encode()), memfd()
        reply = started[-1].ask(request_of(implementation, name, device), [code, stdout])
        return reply, os.pread(stdout, 1 << 20, 0).decode()

    yield run
    for worker in started:
        worker.end()


@pytest.fixture
def program(interpreter_host, run_on):
    """Runs `program(implementation, test)` in the interpreter."""
    return functools.partial(run_on, interpreter_host, "cpu")


def test_a_program_that_ends_well_says_so_and_its_output_is_caught(program):
    reply, printed = program(ADD, "print(add(torch.ones(3, device='cuda'), torch.ones(3).cuda()))\n")
    assert reply == {"ok": True, "exit": 0, "signal": None}
    assert printed == "tensor([2., 2., 2.], device='cuda:0')\n"  # as on a GPU
    assert program("import os\nos.system('echo from a child')\nos.write(1, b'raw')")[1] == "from a child\nraw"
    assert program("import sys\nprint('log', file=sys.stderr)") == ({"ok": True, "exit": 0, "signal": None}, "")


@pytest.mark.parametrize("text, outcome, phase, reason", [
    ("x = (", "load_error", "load", "SyntaxError: '(' was never closed (line 1: x = ()"),
    ("Sure, here it is:\n```", "load_error", "load", "SyntaxError: invalid syntax (line 1: Sure, here it is:)"),
    ("import nowhere_to_be_found", "load_error", "load",
     "ModuleNotFoundError: No module named 'nowhere_to_be_found' (line 1: import nowhere_to_be_found)"),
    ("def add(x: torch.Tensor):\n    pass", "load_error", "load",
     "NameError: name 'torch' is not defined (line 1: def add(x: torch.Tensor):)"),
    ("def add(x):\n    return y", "call_error", "call", "NameError: name 'y' is not defined (line 2: return y)"),
    ("", "call_error", "call", "NameError: name 'add' is not defined (line 2: add(1))"),
    ("import sys\ndef add(x):\n    sys.exit('no')", "call_error", "call", "SystemExit: no"),
    ("def add(x):\n    raise MemoryError", "resource", "call", "MemoryError: (line 2: raise MemoryError)"),
])
def test_how_it_fails_is_told_by_where(program, text, outcome, phase, reason):
    reply, _ = program(text, "add(1)\n")
    assert reply == {"ok": True, "exit": 1, "signal": None, "outcome": outcome, "phase": phase, "reason": reason}


def test_the_kernel_says_how_a_process_ended_not_its_words(program):
    assert program("import os\nos._exit(3)")[0] == {"ok": True, "exit": 3, "signal": None}
    assert program("import sys\nsys.exit()")[0]["exit"] == 0
    assert program("import sys\nsys.exit(259)")[0]["exit"] == 3
    assert program("import ctypes\nctypes.string_at(0)")[0]["signal"] == signal.SIGSEGV
    assert program("import threading\nthreading.Thread(target=print, args=('late',)).start()")[1] == "late\n"
    assert program("import atexit\natexit.register(print, 'bye')\nprint('hi')")[1] == "hi\nbye\n"
    lying = """import os
for d in range(3, 64):
    try: os.write(d, b'{"ok": true, "exit": 0, "signal": null, "reason": "mine"}')
    except OSError: pass
"""
    assert program(lying + "os._exit(4)")[0] == {"ok": True, "exit": 4, "signal": None, "reason": "mine"}


@pytest.mark.gpu
def test_on_a_gpu_it_is_the_same(run_on):
    host = support.Host("candidate", "candidate", PLUGIN, {"PATH": "/usr/local/cuda/bin:/usr/bin:/bin:/sbin"})
    try:
        test = "print(add(torch.ones(3, device='cuda'), torch.ones(3).cuda()))\n"
        reply, printed = run_on(host, "cuda:0", ADD, test)
        assert (reply["exit"], printed) == (0, "tensor([2., 2., 2.], device='cuda:0')\n")
        assert run_on(host, "cuda:0", ADD, test + "raise ValueError(1)\n")[0]["outcome"] == "call_error"
    finally:
        host.close()


FAR = HEAD + """
@triton.jit
def k(table, out, far):
    x = tl.load(table).to(tl.pointer_type(tl.float32))
    tl.store(out, tl.load(x))
    tl.store(out + far, tl.load(out) + 1)
"""
TABLE = """x, out = torch.full((1,), 7.0, device='cuda'), torch.zeros(1, device='cuda')
table = torch.tensor([x.data_ptr()], device='cuda')
k[(1,)](table, out, 0)
print(float(out))
k[(1,)](table, out, 10**6)
print('never')
"""


def test_a_kernel_may_follow_a_pointer_to_a_tensor_and_go_nowhere_else(program):
    reply, printed = program(FAR, TABLE)
    assert printed == "8.0\n"
    assert (reply["exit"], reply["outcome"], reply["phase"]) == (1, "call_error", "call")
    assert reply["reason"].startswith("IndexError: k stores outside every tensor")


def test_it_is_a_script_of_its_own_name_and_nothing_of_the_workers_is_in_its_way(program):
    text = "import sys\ndef add(x):\n    return x + 1\n"
    test = "if __name__ == '__main__':\n    from add import add as same\n    print(same(1), sys.argv[0] == __file__)\n"
    assert program(text, test) == ({"ok": True, "exit": 0, "signal": None}, "2 True\n")
    for module in ("loading", "programs", "frames", "watch"):
        assert "ModuleNotFoundError" in program(f"import {module}")[0]["reason"]
    assert program("import inspect, os\nprint('TRITON_INTERPRET' in os.environ)")[1] == "False\n"


def test_a_worker_runs_one_program_once(interpreter_host, memfd, tmp_path):
    worker = interpreter_host.fork(tmp_path)
    worker.hello()
    request = request_of("", "a.py", "cpu")
    assert worker.ask(request, [memfd(b"pass"), memfd()])["exit"] == 0
    assert worker.ask(request, [memfd(b"pass"), memfd()])["outcome"] == "infrastructure"
    worker.end()


def test_a_process_that_is_left_behind_does_not_hold_the_answer_up(program, tmp_path):
    text = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(1000)\nprint('first')\n"
    assert program(text) == ({"ok": True, "exit": 0, "signal": None}, "first\n")


def test_annotations_are_looked_up_as_the_file_says_not_as_ours_do(candidate):
    worker = candidate("def f(x: torch.Tensor):\n    return x\n", "f")
    assert worker.loaded["outcome"] == "load_error"
    assert worker.loaded["reason"] == "NameError: name 'torch' is not defined (line 1: def f(x: torch.Tensor):)"
    later = candidate("from __future__ import annotations\ndef f(x: torch.Tensor):\n    return x\n", "f")
    assert later.loaded["ok"]
