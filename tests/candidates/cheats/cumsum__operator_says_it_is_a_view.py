"""The library computes in an operator whose schema says that it returns a view.

expect: not_triton: aten.cumsum did 100 %
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


lib = torch.library.Library("mine", "DEF")
lib.define("f(Tensor(a) x, int d) -> Tensor(a)")
lib.impl(
    "f",
    lambda x, d: torch.cumsum(x.double() if x.is_floating_point() else x, d).to(
        x.dtype if x.is_floating_point() else torch.int64
    ),
    "CPU",
)


def cumsum(x, dim=-1):
    decoy(x)
    return torch.ops.mine.f(x, dim)
