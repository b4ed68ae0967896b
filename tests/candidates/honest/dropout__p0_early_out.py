"""A copy where nothing is dropped.

expect: passed
"""

import torch
import triton
import triton.language as tl


@triton.jit
def dropout_kernel(x_ptr, out_ptr, count, p, scale, seed, BLOCK: tl.constexpr):
    offsets = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    mask = offsets < count
    x = tl.load(x_ptr + offsets, mask=mask).to(tl.float32)
    keep = tl.rand(seed, offsets) >= p
    tl.store(out_ptr + offsets, tl.where(keep, x * scale, 0.0).to(out_ptr.dtype.element_ty), mask=mask)


def dropout(x, p, seed):
    if p == 0.0:
        return x.clone()
    if p == 1.0:
        return torch.zeros_like(x)
    x = x.contiguous()
    out = torch.empty_like(x)
    n = out.numel()
    dropout_kernel[(triton.cdiv(n, 1024),)](x, out, n, p, 1.0 / (1.0 - p), seed, BLOCK=1024)
    return out
