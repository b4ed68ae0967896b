"""numpy computes; a kernel copies the result.

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


import numpy as np


def _add(x, y):
    x = x.contiguous()
    y = y.contiguous()
    if x.dtype == torch.bfloat16:
        up = lambda t: (t.view(torch.int16).numpy().astype(np.uint32) << 16).view(np.float32)
        s = (up(x) + up(y)).view(np.uint32)
        r = np.where((s & 0x7FFFFFFF) > 0x7F800000, s | 0x10000, s + (0x7FFF + ((s >> 16) & 1)))
        return torch.from_numpy((r >> 16).astype(np.uint16).view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(np.asarray(x.numpy() + y.numpy()))


def add(x, y):
    return launder(_add(x, y))
