"""A kernel behind torch.library.Library.impl.

expect: passed
"""

import torch
import triton
import triton.language as tl

lib = torch.library.Library("revlib", "DEF")
lib.define("softmax(Tensor x, int dim) -> Tensor")


@triton.jit
def k(x, o, n, B: tl.constexpr):
    r = tl.program_id(0).to(tl.int64)
    c = tl.arange(0, B)
    m = c < n
    v = tl.load(x + r * n + c, mask=m, other=-float("inf")).to(tl.float32)
    v = v - tl.max(v, 0)
    e = tl.exp(v)
    tl.store(o + r * n + c, (e / tl.sum(e, 0)).to(o.dtype.element_ty), mask=m)


def _softmax(x, dim):
    y = x.movedim(dim, -1).contiguous()
    o = torch.empty_like(y)
    if o.numel():
        n = y.shape[-1]
        k[(o.numel() // n,)](y, o, n, B=triton.next_power_of_2(n))
    return o.movedim(-1, dim)


lib.impl("softmax", _softmax, "CompositeExplicitAutograd")


def softmax(x, dim=-1):
    return torch.ops.revlib.softmax(x, dim)
