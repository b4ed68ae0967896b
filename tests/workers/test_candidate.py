"""The candidate worker: honest candidates are heard, hostile ones end as outcomes."""

import os
import signal
import time

import pytest
import torch

from texts import ADD, HEAD


def test_a_kernel_runs_and_is_told(candidate):
    worker = candidate(ADD, "add")
    assert worker.loaded == {"ok": True, "entries": ["add"]}
    x, y = torch.randn(1000), torch.randn(1000)
    reply = worker.call("add", x, y)
    assert torch.equal(reply["value"], x + y) and reply["blocks"].damaged() == []
    assert torch.equal(reply["arguments"][0][0], x) and reply["races"] == [] and reply["kernels"] == []
    (launch,) = reply["launches"]
    assert launch["kernel"] == "add_kernel" and launch["grid"] == [4, 1, 1] and launch["count"] == 1
    assert launch["signature"] == {"x": "*fp32", "y": "*fp32", "out": "*fp32", "n": "i32", "BLOCK": "constexpr"}
    assert launch["constants"] == {"BLOCK": 256} and launch["divisible"] == ["x", "y", "out"]
    assert reply["library"] == [{"op": "aten.empty_like", "work": 2000, "compute": False, "count": 1}]


def test_sizes_specialise_as_triton_does(candidate):
    worker = candidate(ADD, "add")
    ones = [worker.call("add", torch.randn(n), torch.randn(n))["launches"][0] for n in (1, 16, 17)]
    assert ones[0]["signature"]["n"] == "constexpr" and ones[0]["constants"]["n"] == 1
    assert "n" in ones[1]["divisible"] and "n" not in ones[2]["divisible"]


def test_what_is_never_written_shows(candidate):
    worker = candidate(HEAD + "def f(x):\n    return torch.empty_like(x), torch.empty(3, dtype=torch.int32)\n", "f")
    floats, integers = worker.call("f", torch.zeros(5))["value"]
    assert floats.isnan().all() and integers.tolist() == [-1] * 3


def test_writes_outside_arguments_damage_red_zones(candidate):
    worker = candidate(
        "import ctypes\ndef f(x):\n    ctypes.memset(x.data_ptr() + 4 * x.numel(), 7, 8)\n    return x\n", "f"
    )
    reply = worker.call("f", torch.zeros(6))
    assert reply["blocks"].damaged() == [0]


SPILL = (
    HEAD
    + """
@triton.jit
def k(x, out, loads, stores):
    value = tl.load(x + tl.arange(0, 8), mask=tl.arange(0, 8) < loads)
    tl.store(out + tl.arange(0, 8), value, mask=tl.arange(0, 8) < stores)


def f(x, loads, stores):
    out = torch.empty_like(x)
    k[(1,)](x, out, loads, stores)
    return out
"""
)


def test_a_kernel_that_stores_outside_every_tensor_is_told_where(candidate):
    reply = candidate(SPILL, "f").call("f", torch.arange(6.0), 6, 7)
    assert reply["outcome"] == "call_error"
    assert "k stores outside every tensor (line 9: tl.store(out" in reply["reason"]


def test_what_is_loaded_outside_every_tensor_is_no_number_and_is_noted(candidate):
    reply = candidate(SPILL, "f").call("f", torch.arange(6.0), 8, 6)
    assert reply["value"].tolist() == [0, 1, 2, 3, 4, 5]
    assert reply["notes"] == ["k loads outside every tensor (line 8)"]


def test_mutation_aliasing_and_identity_are_told(candidate):
    worker = candidate("def f(x, out=None):\n    x.mul_(2)\n    return x, x[1:], out\n", "f")
    x = torch.arange(4.0)
    reply = worker.call("f", x, keywords={"out": x})
    same, view, out = reply["value"]
    assert same is reply["arguments"][0][0] is out and same.tolist() == [0, 2, 4, 6]
    assert view.data_ptr() == same.data_ptr() + 4


def test_gradients_come_back(candidate):
    text = "import torch\ndef f(x, w, s):\n    return {'a': (x * w).sum(), 'b': x * s, 'c': s}\n"
    x, w = torch.randn(3, requires_grad=True), torch.nn.Parameter(torch.randn(3))
    reply = candidate(text, "f").call("f", x, w, torch.ones(3), backward=[torch.tensor(2.0), torch.ones(3)])
    assert torch.allclose(reply["grads"][0], 2 * w + 1) and torch.allclose(reply["grads"][1], 2 * x)
    reply = candidate(text, "f").call("f", x, w, torch.ones(3), backward=[torch.tensor(2.0)])
    assert reply["gradients"] is None and reply["ok"]


def test_a_call_may_seed_the_generators(candidate):
    worker = candidate("import torch\ndef f():\n    return torch.rand(3)\n", "f")
    assert torch.equal(worker.call("f", rng=5)["value"], worker.call("f", rng=5)["value"])


def test_hard_coded_cuda_means_the_cpu(candidate):
    worker = candidate(
        ADD.replace("torch.empty_like(x)", "torch.empty(x.shape, device='cuda')").replace(
            "def add(x, y):",
            "def add(x, y):\n    assert x.is_cuda and x.device.type == 'cuda' and torch.cuda.is_available()",
        ),
        "add",
    )
    x = torch.randn(10).cpu()
    assert torch.equal(worker.call("add", x, x)["value"], x + x)


def test_timing_repeats_and_keeps_the_last_result(candidate):
    reply = candidate("def f(x):\n    return x.add_(1)\n", "f").call("f", torch.zeros(3), do="time")
    timing = reply["timing"]
    assert timing["mode"] == "cold" and timing["clock"] == "time.perf_counter" and len(timing["seconds"]) >= 1
    assert all(s > 0 for s in timing["seconds"])
    assert reply["value"].tolist() == [1, 1, 1]  # every repetition got its own copy


def test_printing_is_a_log_and_nothing_else(candidate):
    worker = candidate('def f(x):\n    print(\'{"ok": true, "returned": 1}\')\n    return x\n', "f")
    reply = worker.call("f", torch.ones(2))
    assert reply["log"] == '{"ok": true, "returned": 1}\n' and reply["value"].tolist() == [1, 1]


@pytest.mark.parametrize(
    "text, outcome, words",
    [
        ("x = = 1\ndef f(): pass\n", "load_error", "SyntaxError: invalid syntax (line 1: x = = 1)"),
        ("import no_such_thing\ndef f(): pass\n", "load_error", "line 1: import no_such_thing"),
        ("x = 1\ny = x / 0\n", "load_error", "ZeroDivisionError: division by zero (line 2: y = x / 0)"),
        ("import sys\nsys.exit(0)\n", "load_error", "SystemExit"),
        ("raise KeyboardInterrupt\n", "load_error", "KeyboardInterrupt"),
        ("class E(BaseException):\n    def __str__(self): raise E()\nraise E\n", "load_error", "cannot be read"),
        ("def g(): pass\n", "no_entry", "f"),
        ("f = 3\n", "no_entry", "f"),
        ("\0", "load_error", "null bytes"),
        ("", "no_entry", "f"),
        ("raise MemoryError\n", "resource", "MemoryError"),
        ("f = " + "(" * 5000 + ")" * 5000, "load_error", "Error"),
    ],
)
def test_what_does_not_load_is_told(candidate, text, outcome, words):
    loaded = candidate(text, "f").loaded
    assert loaded["outcome"] == outcome and loaded["phase"] == "load" and words in loaded["reason"]
    assert "\n" not in loaded["reason"] and len(loaded["reason"]) < 1000


@pytest.mark.parametrize(
    "body, outcome, words",
    [
        ("return x.no_such", "call_error", "AttributeError"),
        ("import sys; sys.exit(0)", "call_error", "SystemExit"),
        ("return f(x)", "call_error", "RecursionError"),
        ("raise MemoryError('big')", "resource", "big"),
        ("return bytearray(1 << 60)", "resource", "MemoryError"),
        ("return list(range(30000))", "wrong_structure", "too many"),
        ("a = []; a.append(a); return a", "wrong_structure", "deeply"),
        ("raise KeyboardInterrupt", "call_error", "KeyboardInterrupt"),
        ("return torch.zeros(1 << 26)", "resource", "outputs"),
    ],
)
def test_calls_that_fail_are_told(candidate, body, outcome, words):
    worker = candidate(
        f"import torch\ndef f(x):\n    {body}\n", "f", limits={"FSIZE": 64 << 20, "DATA": 8 << 30, "CPU": 60}
    )
    reply = worker.call("f", torch.ones(2))
    assert reply["outcome"] == outcome and words in reply["reason"], reply


def test_an_error_in_a_kernel_names_its_own_line(candidate):
    text = ADD.replace("mask = at < n", "mask = at < missing")
    reply = candidate(text, "add").call("add", torch.ones(3), torch.ones(3))
    line = text.splitlines().index("    mask = at < missing") + 1
    assert (
        reply["outcome"] == "call_error" and "NameError" in reply["reason"] and f"line {line}: mask" in reply["reason"]
    )


def test_a_forgotten_import_is_not_lent_by_the_interpreter(candidate):
    text = ADD + "\n\ndef late(x, y):\n    add(x, y)\n    return math.pi + np.pi\n"
    assert "NameError" in candidate(text, "late").call("late", torch.ones(3), torch.ones(3))["reason"]


PATCHES = """
import json, os, sys, time, builtins, socket, base64, traceback, ctypes
import torch
real_add = torch.add
def bad(*a, **k): raise RuntimeError('patched')
for owner, name in ((json, 'dumps'), (json, 'loads'), (json.JSONEncoder, 'default'), (os, 'write'),
                    (os, 'pwrite'), (os, 'fstat'), (os, 'pread'), (torch, 'empty'), (torch, 'zeros'), (torch, 'equal'),
                    (time, 'perf_counter'), (base64, 'b64encode'), (traceback, 'extract_tb'),
                    (torch.Tensor, 'numpy'), (torch.Tensor, 'cpu')):
    setattr(owner, name, bad)
builtins.print = bad
sys.stdout = None
def f(x):
    return real_add(x, 1)
"""


def test_patched_modules_do_not_matter(candidate):
    worker = candidate(PATCHES, "f")
    assert worker.loaded["ok"], worker.loaded
    assert worker.call("f", torch.ones(3))["value"].tolist() == [2, 2, 2]


def test_a_replaced_entry_is_not_called(candidate):
    worker = candidate("def f(x):\n    global f\n    f = lambda x: x * 0\n    return x + 1\n", "f")
    assert [worker.call("f", torch.ones(1))["value"].item() for _ in range(2)] == [2, 2]


@pytest.mark.parametrize(
    "body, type_",
    [
        ("class Lazy(torch.Tensor): pass\n    return torch.ones(2).as_subclass(Lazy)", "Lazy"),
        ("return iter([x])", "list_iterator"),
        ("return lambda: x", "function"),
        ("return (i for i in [x])", "generator"),
        ("return torch.ones(2, device='meta')", "meta"),
    ],
)
def test_strange_results_stay_strange(candidate, body, type_):
    reply = candidate(f"import torch\ndef f(x):\n    {body}\n", "f").call("f", torch.ones(2))
    assert type_ in (reply["returned"].get("type", "") + reply["returned"].get("kind", ""))


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos._exit(0)\n",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
        "import ctypes\nctypes.string_at(0)\n",
    ],
)
def test_a_worker_that_dies_at_import_ends_alone(interpreter_host, tmp_path, text, candidate):
    import host

    worker = interpreter_host.fork(tmp_path)
    worker.hello()
    code = host._memfd(text.encode())
    with pytest.raises(EOFError):
        worker.ask({"do": "load", "entries": ["f"], "device": "cpu", "file": "candidate.py", "fds": ["code"]}, [code])
    os.close(code)
    line = worker.end()
    assert line["exit"] == 0 or line["signal"] == signal.SIGSEGV
    assert candidate(ADD, "add").loaded["ok"]


def test_an_exit_in_a_call_is_a_silent_channel(candidate):
    worker = candidate("import os\ndef f(x):\n    os._exit(0)\n", "f")
    with pytest.raises(EOFError):
        worker.call("f", torch.ones(1))


def test_threads_and_daemons_end_with_the_worker(interpreter_host, tmp_path):
    import host

    text = """
import os, threading, time
def f(x):
    threading.Thread(target=time.sleep, args=(1000,)).start()
    read, write = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(write, b'%d' % os.getpid())
            time.sleep(1000)
        os._exit(0)
    os.wait()
    return int(os.read(read, 20))
"""
    worker = host.Candidate(interpreter_host, tmp_path, text, ["f"])
    pid = worker.call("f", torch.ones(1))["value"]
    assert os.path.exists(f"/proc/{pid}")
    assert worker.end()["exit"] == 0 and not os.path.exists(f"/proc/{pid}")


def test_an_endless_call_dies_by_its_deadline(interpreter_host, tmp_path):
    import host

    worker = host.Candidate(interpreter_host, tmp_path, "def f():\n    while True: pass\n", ["f"])
    worker.worker.socket.settimeout(1)
    with pytest.raises(TimeoutError):
        worker.call("f")
    os.killpg(worker.pid, signal.SIGKILL)
    begun = time.monotonic()
    assert worker.end()["signal"] == signal.SIGKILL and time.monotonic() - begun < 10


def test_misuse_by_the_host_is_infrastructure(candidate):
    worker = candidate(ADD, "add")
    assert worker.worker.ask({"do": "dance"})["outcome"] == "infrastructure"
    assert worker.worker.ask({"do": "load", "fds": ["code"]})["outcome"] == "infrastructure"
    assert worker.call("add", torch.ones(2), torch.ones(2), arguments={"k": "pickle"})["outcome"] == "infrastructure"
