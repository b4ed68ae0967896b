"""The compiler worker: kernels as they were launched, for GPUs that nobody here has."""

import os

import pytest
import torch

import host as support
from texts import ADD, HEAD


@pytest.fixture
def compiled(candidate, compiler_host, tmp_path):
    """Runs an entry under the interpreter, then compiles what it launched: (loaded, results)."""

    def run(text, entry, *args, change=lambda launch: launch):
        reply = candidate(text, entry).call(entry, *args)
        assert reply["ok"], reply["reason"]
        work = tmp_path / "compiler"
        work.mkdir()
        worker = support.Candidate(compiler_host, work, text, [entry])
        answer = worker.worker.ask({"do": "compile", "launches": [change(item) for item in reply["launches"]]})
        worker.end()
        assert answer["ok"]
        return answer["results"]

    return run


def test_an_honest_kernel_compiles_for_both_targets(compiled):
    results = compiled(ADD, "add", torch.ones(1000), torch.ones(1000))
    assert [(r["kernel"], r["target"], r["ok"], r["own"], r["reason"]) for r in results] == [
        ("add_kernel", "sm_80", True, True, None),
        ("add_kernel", "sm_90", True, True, None),
    ]
    assert all(r["registers"] > 8 and r["spills"] == 0 and r["shared"] == 0 for r in results)


def test_a_dot_uses_shared_memory(compiled):
    text = (
        HEAD
        + """
@triton.autotune(configs=[triton.Config({'B': 32}, num_warps=4)], key=[])
@triton.jit
def dot(a, out, B: tl.constexpr, T: tl.constexpr):
    at = tl.arange(0, B)[:, None] * B + tl.arange(0, B)[None, :]
    x = tl.load(a + at)
    tl.store(out + at, tl.dot(x, x).to(T))


def f(a):
    out = torch.empty_like(a)
    dot[(1,)](a, out, T=tl.float16)
    return out
"""
    )
    results = compiled(text, "f", torch.randn(32, 32, dtype=torch.float16))
    assert all(r["ok"] and r["own"] for r in results), results


@pytest.mark.parametrize(
    "line, words", [("u = torch.ones(2)", "torch"), ("v = v + np_sum(v)", "np_sum"), ("v = (lambda a: a)(v)", "Lambda")]
)
def test_what_only_the_interpreter_runs_does_not_compile(compiled, line, words):
    text = (
        HEAD
        + f"""
def np_sum(v):
    return v


@triton.jit
def kernel(x, out, B: tl.constexpr):
    v = tl.load(x + tl.arange(0, B))
    u = v
    if True:
        {line}
    tl.store(out + tl.arange(0, B), v)


def f(x):
    out = torch.empty_like(x)
    kernel[(1,)](x, out, B=16)
    return out
"""
    )
    for result in compiled(text, "f", torch.randn(16)):
        assert not result["ok"] and result["own"] and result["reason"] and "\n" not in result["reason"]


def test_an_unknown_option_is_refused_as_a_launch_refuses_it(compiled):
    text = ADD.replace("BLOCK=256)", "BLOCK=256, num_wraps=4)")
    results = compiled(text, "add", torch.ones(10), torch.ones(10))
    assert not results[0]["ok"] and "num_wraps" in results[0]["reason"]


def test_a_kernel_that_is_not_in_the_file_is_not_own(compiled):
    text = (
        HEAD
        + """
import linecache, os
SOURCE = "import triton.language as tl\\n\\ndef kernel(x, out):\\n    tl.store(out, tl.load(x) * 2)\\n"
path = os.path.join(os.getcwd(), 'other.py')
open(path, 'w').write(SOURCE)
space = {}
exec(compile(SOURCE, path, 'exec'), space)
kernel = triton.jit(space['kernel'])


def f(x):
    out = torch.empty_like(x)
    kernel[(1,)](x, out)
    return out
"""
    )
    results = compiled(text, "f", torch.ones(1))
    assert all(r["ok"] and not r["own"] for r in results), results


def test_another_text_under_the_same_name_is_not_found(compiled):
    results = compiled(ADD, "add", torch.ones(10), torch.ones(10), change=lambda launch: launch | {"source": "0" * 64})
    assert all(not r["ok"] and not r["own"] for r in results)


def test_nested_kernels_are_found(compiled):
    text = (
        HEAD
        + """
def make():
    @triton.jit
    def inner(x, out):
        tl.store(out, tl.load(x) + 1)
    return inner


class Box:
    kernels = {'a': [make()]}


def f(x):
    out = torch.empty_like(x)
    Box.kernels['a'][0][(1,)](x, out)
    return out
"""
    )
    assert all(r["ok"] and r["own"] for r in compiled(text, "f", torch.ones(1)))


def test_a_file_that_does_not_load_is_told(compiler_host, tmp_path):
    worker = support.Candidate(compiler_host, tmp_path, "import os\nraise ValueError('no')\n", ["f"])
    assert worker.loaded["outcome"] == "load_error" and "ValueError: no" in worker.loaded["reason"]
    assert worker.end()["exit"] == 0 and os.path.exists(tmp_path / "candidate.py")


@pytest.mark.parametrize("check", ["", "assert torch.equal(tried, torch.full((4,), 2.0))\n"])
def test_a_file_that_tries_itself_out_still_compiles(compiled, check):
    text = ADD + "tried = add(torch.ones(4, device='cuda'), torch.ones(4, device='cuda'))\n" + check
    results = compiled(text, "add", torch.ones(1000), torch.ones(1000))
    assert all(r["ok"] and r["own"] for r in results)
