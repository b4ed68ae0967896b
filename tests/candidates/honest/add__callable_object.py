"""The entry is an object.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def _kernel(x, y, o, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i < n
    tl.store(o + i, tl.load(x + i, mask=m) + tl.load(y + i, mask=m), mask=m)


class Add:
    def __init__(self):
        self.kernel = _kernel

    def __call__(self, x, y):
        x, y = x.contiguous(), y.contiguous()
        o = torch.empty_like(x)
        n = o.numel()
        if n == 0:
            return o
        self.kernel[(triton.cdiv(n, 512),)](x, y, o, n, BLOCK=512, num_warps=8, num_stages=1)
        return o


add = Add()
