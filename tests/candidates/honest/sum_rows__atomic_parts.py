"""Parts of a row summed by atomics.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(x, o, w, B: tl.constexpr):
    r = tl.program_id(0)
    b = tl.program_id(1)
    c = b * B + tl.arange(0, B)
    tl.atomic_add(o + r, tl.sum(tl.load(x + r * w + c, mask=c < w, other=0.0).to(tl.float32), axis=0))


def sum_rows(x):
    s = x.shape[:-1]
    w = x.shape[-1]
    x = x.contiguous()
    o = torch.zeros(s, dtype=torch.float32, device=x.device)
    if x.numel():
        k[(o.numel(), triton.cdiv(w, 512))](x, o, w, B=512)
    return o.to(x.dtype)
