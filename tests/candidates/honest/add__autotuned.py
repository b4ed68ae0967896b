"""Autotuned.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.autotune([triton.Config({"BLOCK": b}, num_warps=w) for b in (256, 1024) for w in (2, 4)], key=["n"])
@triton.jit
def k(x, y, o, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i < n
    tl.store(o + i, tl.load(x + i, mask=m) + tl.load(y + i, mask=m), mask=m)


def add(x, y):
    x = x.contiguous()
    y = y.contiguous()
    o = torch.empty_like(x)
    k[lambda m: (triton.cdiv(x.numel(), m["BLOCK"]),)](x, y, o, x.numel())
    return o
