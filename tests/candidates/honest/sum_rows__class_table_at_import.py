"""A table that a class keeps.

expect: passed
"""

import torch
import triton
import triton.language as tl


class Consts:
    ONES = torch.tensor([1.0] * 64)


@triton.jit
def k(x, w, o, n, B: tl.constexpr):
    r = tl.program_id(0).to(tl.int64)
    acc = tl.zeros((B,), dtype=tl.float32)
    wt = tl.load(w + tl.arange(0, B))
    for s in range(0, n, B):
        c = s + tl.arange(0, B)
        acc += tl.load(x + r * n + c, mask=c < n, other=0.0).to(tl.float32) * wt
    tl.store(o + r, tl.sum(acc, 0).to(o.dtype.element_ty))


def sum_rows(x):
    x = x.contiguous()
    o = torch.empty(x.shape[:-1], dtype=x.dtype, device=x.device)
    if o.numel():
        k[(o.numel(),)](x, Consts.ONES.to(x.device), o, x.shape[-1], B=64)
    return o
