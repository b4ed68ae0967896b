"""Softmax: one program a row, a first pass for the maximum and the sum together, a second one that writes."""
import torch
import triton
import triton.language as tl


@triton.jit
def softmax_kernel(x_ptr, out_ptr, width, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    top = tl.full((), float("-inf"), dtype=tl.float32)
    total = tl.zeros((), dtype=tl.float32)
    for start in range(0, width, BLOCK):
        columns = start + tl.arange(0, BLOCK)
        x = tl.load(x_ptr + row * width + columns, mask=columns < width, other=float("-inf")).to(tl.float32)
        higher = tl.maximum(top, tl.max(x, axis=0))
        # Nothing but -inf so far: shift by 0, or -inf - -inf would make NaN of a row that has finite elements later.
        shift = tl.where(higher == float("-inf"), 0.0, higher)
        total = total * tl.exp(top - shift) + tl.sum(tl.exp(x - shift), axis=0)
        top = higher
    shift = tl.where(top == float("-inf"), 0.0, top)
    for start in range(0, width, BLOCK):
        columns = start + tl.arange(0, BLOCK)
        mask = columns < width
        x = tl.load(x_ptr + row * width + columns, mask=mask, other=float("-inf")).to(tl.float32)
        tl.store(out_ptr + row * width + columns, (tl.exp(x - shift) / total).to(out_ptr.dtype.element_ty), mask=mask)


def softmax(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
    rows = x.movedim(dim, -1).contiguous()
    out = torch.empty_like(rows)
    if out.numel() > 0:
        width = rows.shape[-1]
        block = max(min(triton.next_power_of_2(width), 4096), 16)
        softmax_kernel[(out.numel() // width,)](rows, out, width, BLOCK=block)
    return out.movedim(-1, dim)
