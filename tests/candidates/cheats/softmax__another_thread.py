"""The library computes in a thread, where no dispatch log is on.

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


import threading


def softmax(x, dim=-1):
    decoy(x)
    box = []
    t = threading.Thread(target=lambda: box.append(torch.softmax(x, dim)))
    t.start()
    t.join()
    return box[0]
