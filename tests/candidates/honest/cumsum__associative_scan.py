"""A scan with a function of its own.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def plus(a, b):
    return a + b


@triton.jit
def k(x, o, W, D, B: tl.constexpr, ACC: tl.constexpr):
    r = tl.program_id(0) // D
    d = tl.program_id(0) % D
    run = tl.zeros((), ACC)
    for s in range(0, W, B):
        c = s + tl.arange(0, B)
        v = tl.load(x + (r * W + c) * D + d, mask=c < W, other=0).to(ACC)
        y = tl.associative_scan(v, 0, plus) + run
        tl.store(o + (r * W + c) * D + d, y.to(o.dtype.element_ty), mask=c < W)
        run += tl.sum(v, 0)


def cumsum(x, dim=-1):
    dim %= x.dim()
    x = x.contiguous()
    f = x.is_floating_point()
    o = torch.empty(x.shape, dtype=x.dtype if f else torch.int64, device=x.device)
    D = 1
    for n in x.shape[dim + 1 :]:
        D *= n
    W = x.shape[dim]
    if o.numel():
        k[(x.numel() // W,)](x, o, W, D, B=256, ACC=tl.float32 if f else tl.int64)
    return o
