"""The last program of a row, found by a counter, sums the parts.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(x, part, cnt, o, w, NB, B: tl.constexpr, P: tl.constexpr):
    r = tl.program_id(0)
    b = tl.program_id(1)
    c = b * B + tl.arange(0, B)
    tl.store(part + r * NB + b, tl.sum(tl.load(x + r * w + c, mask=c < w, other=0.0).to(tl.float32), axis=0))
    done = tl.atomic_add(cnt + r, 1)
    if done == NB - 1:
        j = tl.arange(0, P)
        tl.store(o + r, tl.sum(tl.load(part + r * NB + j, mask=j < NB, other=0.0), 0).to(o.dtype.element_ty))


def sum_rows(x):
    s = x.shape[:-1]
    w = x.shape[-1]
    x = x.contiguous()
    if not x.numel():
        return torch.zeros(s, dtype=x.dtype, device=x.device)
    o = torch.empty(s, dtype=x.dtype, device=x.device)
    n = o.numel()
    nb = triton.cdiv(w, 512)
    k[(n, nb)](
        x,
        torch.empty((n, nb), device=x.device),
        torch.zeros(n, dtype=torch.int32, device=x.device),
        o,
        w,
        nb,
        B=512,
        P=triton.next_power_of_2(nb),
    )
    return o
