"""Inclusive prefix sum: one program a row, block by block, the running total carried in float32 (integers: int64)."""
import torch
import triton
import triton.language as tl


@triton.jit
def cumsum_kernel(x_ptr, out_ptr, width, ACCUMULATOR: tl.constexpr, BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    carry = tl.zeros((), dtype=ACCUMULATOR)
    for start in range(0, width, BLOCK):
        columns = start + tl.arange(0, BLOCK)
        mask = columns < width
        x = tl.load(x_ptr + row * width + columns, mask=mask, other=0).to(ACCUMULATOR)
        running = carry + tl.cumsum(x, axis=0)
        tl.store(out_ptr + row * width + columns, running.to(out_ptr.dtype.element_ty), mask=mask)
        carry += tl.sum(x, axis=0)


def cumsum(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
    rows = x.movedim(dim, -1).contiguous()
    integer = not x.dtype.is_floating_point
    out = torch.empty(rows.shape, dtype=torch.int64 if integer else x.dtype, device=x.device)
    if out.numel() > 0:
        width = rows.shape[-1]
        block = max(min(triton.next_power_of_2(width), 1024), 16)
        accumulator = tl.int64 if integer else tl.float32
        cumsum_kernel[(out.numel() // width,)](rows, out, width, ACCUMULATOR=accumulator, BLOCK=block)
    return out.movedim(-1, dim)
