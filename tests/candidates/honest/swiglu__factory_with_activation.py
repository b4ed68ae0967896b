"""A factory's kernel that names a helper of the factory's scope.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def silu(x):
    return x * tl.sigmoid(x)


def make(act):
    @triton.jit
    def k(x, o, H, B: tl.constexpr):
        r = tl.program_id(0).to(tl.int64)
        c = tl.program_id(1) * B + tl.arange(0, B)
        m = c < H
        g = tl.load(x + r * 2 * H + c, mask=m).to(tl.float32)
        v = tl.load(x + r * 2 * H + H + c, mask=m).to(tl.float32)
        tl.store(o + r * H + c, (act(g) * v).to(o.dtype.element_ty), mask=m)

    return k


K = make(silu)


def swiglu(x):
    x = x.contiguous()
    H = x.shape[-1] // 2
    o = torch.empty((*x.shape[:-1], H), dtype=x.dtype, device=x.device)
    if o.numel():
        K[(o.numel() // H, triton.cdiv(H, 128))](x, o, H, B=128)
    return o
