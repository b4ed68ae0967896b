"""Dropout by Philox: the mask is a function of the seed and an element's place, so equal seeds give equal masks."""
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


def dropout(x: torch.Tensor, p: float, seed: int) -> torch.Tensor:
    x = x.contiguous()
    out = torch.empty_like(x)
    count = out.numel()
    block = 1024
    scale = 1.0 / (1.0 - p) if p < 1.0 else 0.0
    dropout_kernel[(triton.cdiv(count, block),)](x, out, count, p, scale, seed, BLOCK=block)
    return out
