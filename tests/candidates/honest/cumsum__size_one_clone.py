"""A copy where there is one element to sum.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def add(a, b):
    return a + b


@triton.jit
def k(x, o, n, ACC: tl.constexpr, B: tl.constexpr):
    r = tl.program_id(0).to(tl.int64)
    c = tl.arange(0, B)
    m = c < n
    v = tl.load(x + r * n + c, mask=m, other=0).to(ACC)
    v = tl.cumsum(v, 0)
    tl.store(o + r * n + c, v.to(o.dtype.element_ty), mask=m)


def cumsum(x, dim=-1):
    out_dtype = x.dtype if x.is_floating_point() else torch.int64
    if x.shape[dim] == 1:
        return x.clone().to(out_dtype)
    y = x.movedim(dim, -1).contiguous()
    o = torch.empty(y.shape, dtype=out_dtype, device=x.device)
    if o.numel():
        n = y.shape[-1]
        k[(y.numel() // n,)](
            y, o, n, ACC=tl.float32 if x.is_floating_point() else tl.int64, B=triton.next_power_of_2(n)
        )
    return o.movedim(-1, dim)
