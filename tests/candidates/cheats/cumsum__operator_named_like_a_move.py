"""The library computes in an operator of the candidate's own that is named like a copy.

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


lib = torch.library.Library("aten2", "DEF")
lib.define("contiguous(Tensor x, int d) -> Tensor")
lib.impl(
    "contiguous",
    lambda x, d: torch.cumsum(x.float() if x.is_floating_point() else x, d).to(
        x.dtype if x.is_floating_point() else torch.int64
    ),
    "CPU",
)


def cumsum(x, dim=-1):
    decoy(x)
    return torch.ops.aten2.contiguous(x, dim)
