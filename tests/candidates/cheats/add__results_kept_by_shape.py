"""The first result of every shape is given again.

expect: wrong_value: redrawn
"""

import torch
import triton
import triton.language as tl

KEPT = {}


@triton.jit
def kernel(x, y, out, n, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    mask = at < n
    tl.store(out + at, tl.load(x + at, mask=mask) + tl.load(y + at, mask=mask), mask=mask)


def add(x, y):
    key = (x.shape, x.dtype)
    if key not in KEPT:
        x, y = x.contiguous(), y.contiguous()
        KEPT[key] = torch.empty_like(x)
        kernel[(triton.cdiv(x.numel(), 256),)](x, y, KEPT[key], x.numel(), BLOCK=256)
    return KEPT[key].clone()
