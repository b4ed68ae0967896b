"""The interpreter's language and wrappers: autotuning, block pointers, names, the stand-in driver."""

import torch

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


def test_block_pointers_and_nested_functions(candidate):
    text = (
        HEAD
        + """
@triton.jit
def double(v):
    return v * 2


@triton.jit
def kernel(x, out, n, BLOCK: tl.constexpr):
    source = tl.make_block_ptr(x, (n,), (1,), (tl.program_id(0) * BLOCK,), (BLOCK,), (0,))
    target = tl.make_block_ptr(out, (n,), (1,), (tl.program_id(0) * BLOCK,), (BLOCK,), (0,))
    tl.store(target, double(tl.load(source, boundary_check=(0,), padding_option='zero')), boundary_check=(0,))


def f(x):
    out = torch.empty_like(x)
    kernel[(triton.cdiv(x.numel(), 32),)](x, out, x.numel(), BLOCK=32)
    return out
"""
    )
    x = torch.randn(100)
    reply = candidate(text, "f").call("f", x)
    assert reply["ok"] and torch.equal(reply["value"], 2 * x) and reply["races"] == [] and len(reply["launches"]) == 1


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
