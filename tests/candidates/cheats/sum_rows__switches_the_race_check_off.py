"""Reaches for the worker's own modules.

expect: load_error: No module named 'watch'
"""

import torch
import triton
import triton.language as tl

import watch

watch.watch.check_races = False


@triton.jit
def k(x_ptr, o_ptr, w, BLOCK: tl.constexpr):
    r = tl.program_id(0)
    b = tl.program_id(1)
    c = b * BLOCK + tl.arange(0, BLOCK)
    s = tl.sum(tl.load(x_ptr + r * w + c, mask=c < w, other=0.0).to(tl.float32), axis=0)
    tl.store(o_ptr + r, tl.load(o_ptr + r) + s)


def sum_rows(x):
    s = x.shape[:-1]
    x = x.reshape(-1, x.shape[-1]).contiguous() if x.numel() else x.reshape(-1, max(x.shape[-1], 1))
    n = 1
    for d in s:
        n *= d
    o = torch.zeros(n, dtype=torch.float32)
    w = x.shape[-1] if x.numel() else 0
    k[(n, max(1, triton.cdiv(w, 1024)))](x, o, w, BLOCK=1024)
    return o.reshape(s).to(x.dtype)
