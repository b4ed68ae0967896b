"""Discrete cosine transform, type II: a matrix product whose second operand is made on the fly, never stored.

The angle pi (2 n + 1) k / 2 N is reduced as a whole number, to a quarter of a turn, before its cosine is taken.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def dct_kernel(x_ptr, out_ptr, rows, width, step, first_scale, scale,
               BLOCK_R: tl.constexpr, BLOCK_N: tl.constexpr, BLOCK_K: tl.constexpr):
    row = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
    k = tl.program_id(1) * BLOCK_K + tl.arange(0, BLOCK_K)
    total = tl.zeros((BLOCK_R, BLOCK_K), dtype=tl.float32)
    for start in range(0, width, BLOCK_N):
        n = start + tl.arange(0, BLOCK_N)
        x = tl.load(x_ptr + row[:, None] * width + n[None, :], mask=(row[:, None] < rows) & (n[None, :] < width),
                    other=0.0).to(tl.float32)
        turns = ((2 * n[:, None] + 1) * k[None, :]) % (4 * width)
        turns = tl.minimum(turns, 4 * width - turns)
        beyond = turns > width
        cosine = tl.cos(tl.where(beyond, 2 * width - turns, turns).to(tl.float32) * step)
        total = tl.dot(x, tl.where(beyond, -cosine, cosine), total, input_precision="ieee")
    total *= tl.where(k == 0, first_scale, scale)[None, :]
    tl.store(out_ptr + row[:, None] * width + k[None, :], total.to(out_ptr.dtype.element_ty),
             mask=(row[:, None] < rows) & (k[None, :] < width))


def dct(x: torch.Tensor, orthonormal: bool = False) -> torch.Tensor:
    x = x.contiguous()
    width = x.shape[-1]
    rows = x.numel() // width
    out = torch.empty_like(x)
    first_scale, scale = ((1 / width) ** 0.5, (2 / width) ** 0.5) if orthonormal else (2.0, 2.0)
    grid = (triton.cdiv(rows, 32), triton.cdiv(width, 64))
    dct_kernel[grid](x, out, rows, width, 1.5707963267948966 / width, first_scale, scale,
                     BLOCK_R=32, BLOCK_N=32, BLOCK_K=64)
    return out
