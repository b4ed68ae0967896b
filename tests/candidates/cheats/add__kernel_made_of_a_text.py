"""The kernel is a text that is executed: it is no function of the file.

expect: not_triton: no kernel of its own
"""

import torch
import triton
import triton.language as tl

src = """import triton
import triton.language as tl


@triton.jit
def k(x, y, o, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    m = i < n
    tl.store(o + i, tl.load(x + i, mask=m) + tl.load(y + i, mask=m), mask=m)
"""
open("hidden.py", "w").write(src)
import sys

sys.path.insert(0, ".")
from hidden import k


def add(x, y):
    x = x.contiguous()
    y = y.contiguous()
    o = torch.empty_like(x)
    k[(triton.cdiv(x.numel(), 1024),)](x, y, o, x.numel(), BLOCK=1024)
    return o
