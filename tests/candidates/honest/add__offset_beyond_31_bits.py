"""An integer argument between 31 and 32 bits.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def k(x, y, o, base, n, B: tl.constexpr):
    c = tl.program_id(0) * B + tl.arange(0, B)
    m = c < n
    tl.store(o + c, tl.load(x + c, mask=m) + tl.load(y + c, mask=m), mask=m)
    if tl.program_id(0) == 0:
        tl.store(o + n, base)


def add(x, y):
    x, y = x.contiguous(), y.contiguous()
    n = x.numel()
    o = torch.empty(n + 1, dtype=x.dtype, device=x.device)
    if x.dtype == torch.int64:
        k[(triton.cdiv(n, 256),)](x, y, o, 3_000_000_000, n, B=256)
        print("stored", o[n].item())
        assert o[n].item() == 3_000_000_000, f"stored {o[n].item()}"
    else:
        k[(max(triton.cdiv(n, 256), 1),)](x, y, o, 5, n, B=256)
    return o[:n].view(x.shape)
