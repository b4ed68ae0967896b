"""Python computes element by element; a kernel copies the result.

expect: not_triton: computed from data that no argument
"""

import torch
import triton
import triton.language as tl


@triton.jit
def cp(src_ptr, out_ptr, n, BLOCK: tl.constexpr):
    o = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = o < n
    tl.store(out_ptr + o, tl.load(src_ptr + o, mask=m), mask=m)


def launder(t):
    t = t.contiguous()
    out = torch.empty_like(t)
    cp[(triton.cdiv(max(t.numel(), 1), 1024),)](t, out, t.numel(), BLOCK=1024)
    return out


import math


def swiglu(x):
    h = x.shape[-1] // 2
    a = x.double().tolist()

    def f(r):
        if r and isinstance(r[0], list):
            return [f(q) for q in r]
        return [
            g / (1 + math.exp(-g)) * v if not (g != g) and g > -700 else (math.nan if g != g else 0.0 * v)
            for g, v in zip(r[:h], r[h:])
        ]

    t = torch.tensor(f(a), dtype=torch.float64).reshape(x.shape[:-1] + (h,)).to(x.dtype)
    return launder(t)
