"""A kernel a row; the mean of the rows by the library.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(l, t, o, C, sr, sc, ign, B: tl.constexpr):
    r = tl.program_id(0).to(tl.int64)
    c = tl.arange(0, B)
    tt = tl.load(t + r)
    if tt != ign:
        x = tl.load(l + r * sr + c * sc, mask=c < C, other=float("-inf")).to(tl.float32)
        m = tl.max(x, 0)
        lse = m + tl.log(tl.sum(tl.exp(x - m), 0))
        tl.store(o + r, lse - tl.load(l + r * sr + tt * sc).to(tl.float32))
    else:
        tl.store(o + r, 0.0)


def cross_entropy(logits, target, ignore_index=-100):
    N, C = logits.shape
    target = target.contiguous()
    o = torch.empty(N, dtype=torch.float32, device=logits.device)
    k[(N,)](logits, target, o, C, logits.stride(0), logits.stride(1), ignore_index, B=triton.next_power_of_2(C))
    return (o.sum() / (target != ignore_index).sum()).to(logits.dtype)
