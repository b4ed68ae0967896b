"""Embedding with the gradient of its weight. Backward: rows of the incoming gradient are added by atomics into a
float32 gradient of the weight, which starts as zeros and is narrowed at the end where the weight is half precision."""
import torch
import triton
import triton.language as tl


@triton.jit
def forward_kernel(index_ptr, weight_ptr, out_ptr, count, width, weight_row, weight_column,
                   BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    place = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
    column = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    inside = (place < count)[:, None] & (column < width)[None, :]
    word = tl.load(index_ptr + place, mask=place < count, other=0)[:, None]
    row = tl.load(weight_ptr + word * weight_row + column[None, :].to(tl.int64) * weight_column, mask=inside)
    tl.store(out_ptr + place[:, None] * width + column[None, :], row, mask=inside)


@triton.jit
def zero_kernel(out_ptr, count, BLOCK: tl.constexpr):
    place = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out_ptr + place, 0.0, mask=place < count)


@triton.jit
def backward_kernel(index_ptr, dout_ptr, dweight_ptr, count, width, padding,
                    BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    place = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
    column = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    word = tl.load(index_ptr + place, mask=place < count, other=0)
    counts = ((place < count) & (word != padding))[:, None] & (column < width)[None, :]
    dout = tl.load(dout_ptr + place[:, None] * width + column[None, :], mask=counts, other=0.0).to(tl.float32)
    tl.atomic_add(dweight_ptr + word[:, None] * width + column[None, :], dout, mask=counts, sem="relaxed")


@triton.jit
def narrow_kernel(wide_ptr, out_ptr, count, BLOCK: tl.constexpr):
    place = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    wide = tl.load(wide_ptr + place, mask=place < count)
    tl.store(out_ptr + place, wide.to(out_ptr.dtype.element_ty), mask=place < count)


def tiles(count: int, width: int) -> tuple[tuple[int, int], dict]:
    block_c = min(triton.next_power_of_2(width), 1024)
    block_r = 1024 // block_c
    return (triton.cdiv(count, block_r), triton.cdiv(width, block_c)), dict(BLOCK_R=block_r, BLOCK_C=block_c)


class Embedding(torch.autograd.Function):
    @staticmethod
    def forward(ctx, index, weight, padding):
        flat = index.reshape(-1).contiguous()
        width = weight.shape[1]
        out = torch.empty(index.shape + (width,), dtype=weight.dtype, device=weight.device)
        ctx.save_for_backward(flat, weight)
        ctx.padding = padding
        if out.numel() > 0:
            grid, blocks = tiles(flat.numel(), width)
            forward_kernel[grid](flat, weight, out, flat.numel(), width, *weight.stride(), **blocks)
        return out

    @staticmethod
    def backward(ctx, dout):
        flat, weight = ctx.saved_tensors
        dout = dout.contiguous()
        width = weight.shape[1]
        wide = torch.empty(weight.shape, dtype=torch.float32, device=weight.device)
        each = (triton.cdiv(wide.numel(), 1024),)
        zero_kernel[each](wide, wide.numel(), BLOCK=1024)
        if flat.numel() > 0:
            grid, blocks = tiles(flat.numel(), width)
            backward_kernel[grid](flat, dout, wide, flat.numel(), width, ctx.padding, **blocks)
        if weight.dtype == torch.float32:
            return None, wide, None
        dweight = torch.empty(weight.shape, dtype=weight.dtype, device=weight.device)
        narrow_kernel[each](wide, dweight, wide.numel(), BLOCK=1024)
        return None, dweight, None


def embedding(index: torch.Tensor, weight: torch.Tensor, padding_idx: int | None = None) -> torch.Tensor:
    return Embedding.apply(index, weight, -1 if padding_idx is None else padding_idx)
