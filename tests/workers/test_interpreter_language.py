"""The interpreter's language and wrappers: autotuning, block pointers, names, the stand-in driver."""

import pytest
import torch
from triton.runtime import interpreter as upstream

from texts import ADD, HEAD


def test_autotune_and_heuristics_take_the_first_configuration(candidate):
    text = (
        ADD.replace(
            "@triton.jit",
            """@triton.autotune(configs=[triton.Config({'BLOCK': 64}, num_warps=2), triton.Config({'BLOCK': 128})],
                 key=['n'])
@triton.heuristics({'EVEN': lambda args: args['n'] % args['BLOCK'] == 0})
@triton.jit""",
        )
        .replace("BLOCK: tl.constexpr", "BLOCK: tl.constexpr, EVEN: tl.constexpr")
        .replace("(triton.cdiv(n, 256),)", "lambda meta: (triton.cdiv(n, meta['BLOCK']),)")
        .replace(", BLOCK=256", "")
    )
    reply = candidate(text, "add").call("add", torch.ones(1000), torch.ones(1000))
    assert reply["ok"], reply["reason"]
    (launch,) = reply["launches"]
    assert launch["constants"] == {"BLOCK": 64, "EVEN": False} and launch["grid"] == [16, 1, 1]
    assert launch["options"]["num_warps"] == 2 and (reply["value"] == 2).all()
    assert reply["notes"] == ["add_kernel is run with the first of its 2 configurations alone"]


BLOCKS = (
    HEAD
    + """
@triton.jit
def double(v):
    return v * 2


@triton.jit
def kernel(x, out, n, BLOCK: tl.constexpr):
    BODY


def f(x):
    out = torch.empty_like(x)
    kernel[(triton.cdiv(x.numel(), 32),)](x, out, x.numel(), BLOCK=32)
    return out
"""
)
BLOCK_POINTERS = """source = tl.make_block_ptr(x, (n,), (1,), (tl.program_id(0) * BLOCK,), (BLOCK,), (0,))
    target = tl.make_block_ptr(out, (n,), (1,), (tl.program_id(0) * BLOCK,), (BLOCK,), (0,))
    tl.store(target, double(tl.load(source, boundary_check=(0,), padding_option='zero')), boundary_check=(0,))"""
DESCRIPTORS = """source = tl.make_tensor_descriptor(x, [n], [1], [BLOCK])
    target = tl.make_tensor_descriptor(out, [n], [1], [BLOCK])
    target.store([tl.program_id(0) * BLOCK], double(source.load([tl.program_id(0) * BLOCK])))"""


@pytest.mark.parametrize("body", [BLOCK_POINTERS, DESCRIPTORS], ids=["block pointers", "descriptors"])
def test_blocks_of_memory_and_nested_functions(candidate, body):
    x = torch.randn(100)
    reply = candidate(BLOCKS.replace("BODY", body), "f").call("f", x)
    if body == BLOCK_POINTERS and not hasattr(upstream.InterpreterBuilder, "create_make_block_ptr"):
        assert reply["outcome"] == "call_error" and "have been removed" in reply["reason"]  # as on a GPU
        return
    assert reply["ok"], reply["reason"]
    assert torch.equal(reply["value"], 2 * x) and reply["races"] == [] and len(reply["launches"]) == 1


LOOPS = (
    HEAD
    + """
from triton.language import range as fast_range


@triton.jit
def kernel(out, big, n, N: tl.constexpr):
    LOOP
        tl.store(out + at, EXPRESSION)
        at += 1


def f(n):
    out = torch.full((6,), -1, dtype=torch.int64, device="cuda")
    kernel[(1,)](out, 1 << 40, n, N=n)
    return out
"""
)


@pytest.mark.parametrize(
    "loop, expression, want",
    [
        ("for i in range(n)", "i.to(tl.int64) << 33", [0, 1 << 33, 2 << 33, 3 << 33]),
        ("for i in range(N)", "(i * 1000000).to(tl.int64) * 1000000", [0, 10**12, 2 * 10**12, 3 * 10**12]),
        ("for i in range(0, n, 2)", "i * 2000000000", [0, 4000000000 - (1 << 32)]),  # wraps around, as int32 does
        ("for i in range(3, -1, -1)", "i", [3, 2, 1, 0]),
        ("for i in tl.range(1, N, num_stages=2)", "i.to(tl.int64)", [1, 2, 3]),
        ("for i in tl.range(n, loop_unroll_factor=2)", "i.to(tl.int64)", [0, 1, 2, 3]),
        ("for i in fast_range(0, n, 3)", "i.to(tl.int64)", [0, 3]),
        ("for i in range(big, big + 2)", "i * 2", [1 << 41, (1 << 41) + 2]),  # a wide bound, a wide variable
        ("for i in tl.static_range(3)", "i", [0, 1, 2]),
        ("for i in range(2, 0)", "i", []),
        ("for i in range(n)", "tl.sum(tl.arange(0, 4) * i)", [0, 6, 12, 18]),
    ],
)
def test_loop_variables_are_scalars_as_on_a_gpu(candidate, loop, expression, want):
    text = LOOPS.replace("LOOP", f"at = 0\n    {loop}:").replace("EXPRESSION", expression)
    reply = candidate(text, "f").call("f", 4)
    assert reply["ok"], reply["reason"]
    assert reply["value"].tolist() == want + [-1] * (6 - len(want))


def test_loops_do_not_run_between_what_is_no_integer(candidate):
    text = LOOPS.replace("LOOP", "at = 0\n    for i in range(n * 1.0):").replace("EXPRESSION", "i")
    reply = candidate(text, "f").call("f", 4)
    assert reply["outcome"] == "call_error" and "single integers" in reply["reason"] and "(line " in reply["reason"]


@pytest.mark.parametrize(
    "expression, want",
    [("tl.maximum(a, 2.0)", 2.0), ("tl.minimum(a, 2.0)", 2.0), ("tl.clamp(a, 1.0, 2.0)", 1.0)],
)
def test_nan_loses_against_a_number_as_on_a_gpu(candidate, expression, want):
    text = BLOCKS.replace("BODY", f"a = tl.load(x)\n    tl.store(out, {expression})")
    reply = candidate(text, "f").call("f", torch.tensor([float("nan")]))
    assert reply["ok"] and reply["value"].item() == want


def test_names_imported_one_by_one_work(candidate):
    text = (
        ADD.replace(
            "import triton.language as tl", "import triton.language as tl\nfrom triton.language import load, arange"
        )
        .replace("tl.load", "load")
        .replace("tl.arange", "arange")
    )
    assert candidate(text, "add").call("add", torch.ones(9), torch.ones(9))["value"].tolist() == [2] * 9


def test_the_stand_in_driver_answers(candidate):
    text = "import triton\ndef f():\n    t = triton.runtime.driver.active.get_current_target()\n"
    text += "    return t.backend, t.arch, triton.testing.do_bench(lambda: 0)\n"
    assert candidate(text, "f").call("f")["value"] == ("cuda", 80, 1.0)
