"""Rows of a table by index: one program a tile of the result; the table is read where it lies, never copied."""
import torch
import triton
import triton.language as tl


@triton.jit
def gather_rows_kernel(table_ptr, index_ptr, out_ptr, count, width, table_row, table_column,
                       BLOCK_R: tl.constexpr, BLOCK_C: tl.constexpr):
    rows = tl.program_id(0).to(tl.int64) * BLOCK_R + tl.arange(0, BLOCK_R)
    columns = tl.program_id(1) * BLOCK_C + tl.arange(0, BLOCK_C)
    index = tl.load(index_ptr + rows, mask=rows < count, other=0).to(tl.int64)
    mask = (rows[:, None] < count) & (columns[None, :] < width)
    values = tl.load(table_ptr + index[:, None] * table_row + columns[None, :].to(tl.int64) * table_column, mask=mask)
    tl.store(out_ptr + rows[:, None] * width + columns[None, :], values, mask=mask)


def gather_rows(table: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    flat = index.reshape(-1).contiguous()
    width = table.shape[1]
    out = torch.empty(index.shape + (width,), dtype=table.dtype, device=table.device)
    block_c = min(triton.next_power_of_2(width), 1024)
    block_r = 1024 // block_c
    grid = (triton.cdiv(flat.numel(), block_r), triton.cdiv(width, block_c))
    gather_rows_kernel[grid](table, flat, out, flat.numel(), width, table.stride(0), table.stride(1),
                             BLOCK_R=block_r, BLOCK_C=block_c)
    return out
