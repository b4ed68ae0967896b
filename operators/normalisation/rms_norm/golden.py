"""RMS norm over the last dimension, forward and backward: one program a tile of whole rows, narrow rows together.

Backward: every program adds up its own tiles' share of the weight's gradient; a second kernel adds the shares. No
atomics, so the result does not vary.
"""
import torch
import triton
import triton.language as tl


@triton.jit
def forward_kernel(x_ptr, weight_ptr, out_ptr, rstd_ptr, rows, width, eps, HAS_WEIGHT: tl.constexpr,
                   BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    row = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
    column = tl.arange(0, BLOCK_C)
    mask = (row[:, None] < rows) & (column[None, :] < width)
    offsets = row[:, None] * width + column[None, :]
    x = tl.load(x_ptr + offsets, mask=mask, other=0.0).to(tl.float32)
    rstd = 1.0 / tl.sqrt(tl.sum(x * x, axis=1) / width + eps)
    out = x * rstd[:, None]
    if HAS_WEIGHT:
        out = out * tl.load(weight_ptr + column, mask=column < width, other=0.0).to(tl.float32)[None, :]
    tl.store(out_ptr + offsets, out.to(out_ptr.dtype.element_ty), mask=mask)
    tl.store(rstd_ptr + row, rstd, mask=row < rows)


@triton.jit
def backward_kernel(dout_ptr, x_ptr, weight_ptr, rstd_ptr, dx_ptr, shares_ptr, rows, width, tiles,
                    HAS_WEIGHT: tl.constexpr, BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    share = tl.program_id(0)
    column = tl.arange(0, BLOCK_C)
    if HAS_WEIGHT:
        weight = tl.load(weight_ptr + column, mask=column < width, other=0.0).to(tl.float32)
    dweight = tl.zeros((BLOCK_C,), dtype=tl.float32)
    for tile in range(share, tiles, tl.num_programs(0)):
        row = tile.to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
        mask = (row[:, None] < rows) & (column[None, :] < width)
        offsets = row[:, None] * width + column[None, :]
        rstd = tl.load(rstd_ptr + row, mask=row < rows, other=0.0)
        normal = tl.load(x_ptr + offsets, mask=mask, other=0.0).to(tl.float32) * rstd[:, None]
        dout = tl.load(dout_ptr + offsets, mask=mask, other=0.0).to(tl.float32)
        dweight += tl.sum(dout * normal, axis=0)
        if HAS_WEIGHT:
            dout = dout * weight[None, :]
        along = tl.sum(dout * normal, axis=1) / width
        dx = (dout - normal * along[:, None]) * rstd[:, None]
        tl.store(dx_ptr + offsets, dx.to(dx_ptr.dtype.element_ty), mask=mask)
    if HAS_WEIGHT:
        tl.store(shares_ptr + share.to(tl.int64) * width + column, dweight, mask=column < width)


@triton.jit
def weight_gradient_kernel(shares_ptr, dweight_ptr, shares, width, BLOCK_S: tl.constexpr, BLOCK_C: tl.constexpr):
    column = tl.program_id(0) * BLOCK_C + tl.arange(0, BLOCK_C)
    total = tl.zeros((BLOCK_C,), dtype=tl.float32)
    for start in range(0, shares, BLOCK_S):
        share = (start + tl.arange(0, BLOCK_S))[:, None]
        mask = (share < shares) & (column[None, :] < width)
        total += tl.sum(tl.load(shares_ptr + share * width + column[None, :], mask=mask, other=0.0), axis=0)
    tl.store(dweight_ptr + column, total.to(dweight_ptr.dtype.element_ty), mask=column < width)


def tile_of(width: int) -> dict:
    block_c = triton.next_power_of_2(width)
    return dict(BLOCK_R=max(1, min(16, 2048 // block_c)), BLOCK_C=block_c)


class RmsNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, eps):
        x = x.contiguous()
        weight = None if weight is None else weight.contiguous()
        width = x.shape[-1]
        rows = x.numel() // width
        tile = tile_of(width)
        out = torch.empty_like(x)
        rstd = torch.empty(rows, dtype=torch.float32, device=x.device)
        grid = (triton.cdiv(rows, tile["BLOCK_R"]),)
        forward_kernel[grid](x, x if weight is None else weight, out, rstd, rows, width, eps,
                             HAS_WEIGHT=weight is not None, **tile)
        ctx.save_for_backward(x, weight, rstd)
        return out

    @staticmethod
    def backward(ctx, dout):
        x, weight, rstd = ctx.saved_tensors
        dout = dout.contiguous()
        width = x.shape[-1]
        rows = x.numel() // width
        tile = tile_of(width)
        tiles = triton.cdiv(rows, tile["BLOCK_R"])
        shares = min(tiles, 128)
        dx = torch.empty_like(x)
        dweight = None if weight is None else torch.empty_like(weight)
        parts = torch.empty((shares if weight is not None else 1, width), dtype=torch.float32, device=x.device)
        backward_kernel[(shares,)](dout, x, x if weight is None else weight, rstd, dx, parts, rows, width, tiles,
                                   HAS_WEIGHT=weight is not None, **tile)
        if weight is not None:
            weight_gradient_kernel[(triton.cdiv(width, 64),)](parts, dweight, shares, width, BLOCK_S=16, BLOCK_C=64)
        return dx, dweight, None


def rms_norm(x: torch.Tensor, weight: torch.Tensor | None = None, eps: float = 1e-6) -> torch.Tensor:
    return RmsNorm.apply(x, weight, eps)
