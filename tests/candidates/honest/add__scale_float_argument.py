"""A float argument that is cast in the kernel.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(x, y, o, n, alpha, B: tl.constexpr):
    c = tl.program_id(0) * B + tl.arange(0, B)
    m = c < n
    a = tl.load(x + c, mask=m)
    b = tl.load(y + c, mask=m)
    if b.dtype.is_floating():
        b = b * (alpha.to(tl.float32) - 1.5).to(b.dtype)
    tl.store(o + c, a + b, mask=m)


def add(x, y):
    x, y = x.contiguous(), y.contiguous()
    o = torch.empty_like(x)
    n = o.numel()
    if n:
        k[(triton.cdiv(n, 256),)](x, y, o, n, 2.5, B=256)
    return o
