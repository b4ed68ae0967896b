"""Argmax along any dimension: x is seen as (outer, size, inner); a program takes one outer place and some inner ones.

Value and place become one 64-bit integer: above, the float's bits in an order that integers share, NaN on top; below,
the place counted backwards, so that of equal values the first is largest. A plain maximum then decides everything.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def argmax_kernel(x_ptr, out_ptr, size, inner, BLOCK_N: tl.constexpr, BLOCK_I: tl.constexpr):
    outer = tl.program_id(0).to(tl.int64)
    beside = (tl.program_id(1) * BLOCK_I + tl.arange(0, BLOCK_I)).to(tl.int64)
    best = tl.full((BLOCK_N, BLOCK_I), -(2 ** 63), dtype=tl.int64)
    for start in range(0, size, BLOCK_N):
        place = (start + tl.arange(0, BLOCK_N)).to(tl.int64)
        mask = (place[:, None] < size) & (beside[None, :] < inner)
        x = tl.load(x_ptr + (outer * size + place[:, None]) * inner + beside[None, :], mask=mask, other=0.0)
        x = x.to(tl.float32)
        bits = tl.where(x == 0.0, 0.0, x).to(tl.int32, bitcast=True)  # both zeros are one value
        order = tl.where(bits < 0, bits ^ 0x7FFFFFFF, bits)
        order = tl.where(x != x, 0x7FFFFFFF, order)
        code = (order.to(tl.int64) << 32) | (0x7FFFFFFF - place[:, None])
        best = tl.where(mask, tl.maximum(best, code), best)
    found = 0x7FFFFFFF - (tl.max(best, axis=0) & 0x7FFFFFFF)
    tl.store(out_ptr + outer * inner + beside, found, mask=beside < inner)


def argmax(x: torch.Tensor, dim: int = -1, keepdim: bool = False) -> torch.Tensor:
    x = x.contiguous()
    dim = dim % x.dim()
    size, shape, inner = x.shape[dim], list(x.shape), 1
    for length in shape[dim + 1:]:
        inner *= length
    shape[dim:dim + 1] = [1] if keepdim else []
    out = torch.empty(shape, dtype=torch.int64, device=x.device)
    if out.numel() > 0:
        block_i = min(triton.next_power_of_2(inner), 64)
        block_n = min(triton.next_power_of_2(size), 2048 // block_i)
        grid = (out.numel() // inner, triton.cdiv(inner, block_i))
        argmax_kernel[grid](x, out, size, inner, BLOCK_N=block_n, BLOCK_I=block_i)
    return out
