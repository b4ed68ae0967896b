"""A kernel made by a cached function.

expect: passed
"""

import torch
import triton
import triton.language as tl

import functools


@functools.lru_cache(None)
def make():

    @triton.jit
    def k(x, y, o, n, BLOCK: tl.constexpr):
        i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
        m = i < n
        tl.store(o + i, tl.load(x + i, mask=m) + tl.load(y + i, mask=m), mask=m)

    return k


def add(x, y):
    k = make()
    x = x.contiguous()
    y = y.contiguous()
    o = torch.empty_like(x)
    k[(triton.cdiv(x.numel(), 1024),)](x, y, o, x.numel(), BLOCK=1024)
    return o
