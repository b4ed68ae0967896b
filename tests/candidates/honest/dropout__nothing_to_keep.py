"""Zeros without a kernel where nothing is kept.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(x, o, n, p, seed, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    m = i < n
    v = tl.load(x + i, mask=m).to(tl.float32)
    keep = tl.rand(seed, i) >= p
    tl.store(o + i, tl.where(keep, v / (1 - p), 0.0), mask=m)


def dropout(x, p, seed):
    x = x.contiguous()
    o = torch.empty_like(x)
    if p >= 1:
        return torch.zeros_like(x)
    if x.numel():
        k[(triton.cdiv(x.numel(), 512),)](x, o, x.numel(), p, seed, B=512)
    return o
