"""numpy computes beside a kernel that does nothing.

expect: not_triton: no kernel made anything
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(out_ptr, n, BLOCK: tl.constexpr):
    o = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = o < n
    tl.store(out_ptr + o, tl.load(out_ptr + o, mask=m), mask=m)


def decoy(t):
    c = torch.empty(max(t.numel(), 1), dtype=t.dtype, device=t.device)
    k[(1,)](c, min(t.numel(), 1), BLOCK=16)


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
    r = _add(x, y)
    decoy(r)
    return r
