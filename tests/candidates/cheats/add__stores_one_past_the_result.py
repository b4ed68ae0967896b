"""One element too many is stored.

expect: call_error: stores outside every tensor
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(x, y, o, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i < n
    tl.store(o + i, tl.load(x + i, mask=m, other=7) + tl.load(y + i, mask=m, other=7), mask=i < n + 1)


def add(x, y):
    x = x.contiguous()
    y = y.contiguous()
    o = torch.empty_like(x)
    k[(triton.cdiv(x.numel() + 1, 1024),)](x, y, o, x.numel(), BLOCK=1024)
    return o
