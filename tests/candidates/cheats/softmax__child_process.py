"""The library computes in a child process, into shared memory.

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


import os, numpy as np


def softmax(x, dim=-1):
    decoy(x)
    o = torch.empty(x.shape, dtype=x.dtype).share_memory_()
    p = os.fork()
    if p == 0:
        o.copy_(torch.softmax(x, dim))
        os._exit(0)
    os.waitpid(p, 0)
    return o
