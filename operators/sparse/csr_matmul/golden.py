"""Sparse times dense: one program a row and a block of columns; it gathers the dense rows that its elements name."""
import torch
import triton
import triton.language as tl


@triton.jit
def csr_matmul_kernel(crow_ptr, col_ptr, values_ptr, dense_ptr, out_ptr, width, dense_row, dense_column,
                      BLOCK_E: tl.constexpr, BLOCK_N: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    columns = tl.program_id(1).to(tl.int64) * BLOCK_N + tl.arange(0, BLOCK_N)
    first = tl.load(crow_ptr + row).to(tl.int64)
    end = tl.load(crow_ptr + row + 1).to(tl.int64)
    total = tl.zeros((BLOCK_N,), dtype=tl.float32)
    for start in range(first, end, BLOCK_E):
        element = start + tl.arange(0, BLOCK_E)
        col = tl.load(col_ptr + element, mask=element < end, other=0).to(tl.int64)
        value = tl.load(values_ptr + element, mask=element < end, other=0.0).to(tl.float32)
        tile = tl.load(dense_ptr + col[:, None] * dense_row + columns[None, :] * dense_column,
                       mask=(element[:, None] < end) & (columns[None, :] < width), other=0.0)
        total += tl.sum(value[:, None] * tile.to(tl.float32), axis=0)
    tl.store(out_ptr + row * width + columns, total.to(out_ptr.dtype.element_ty), mask=columns < width)


def csr_matmul(crow: torch.Tensor, col: torch.Tensor, values: torch.Tensor, dense: torch.Tensor) -> torch.Tensor:
    rows, width = crow.shape[0] - 1, dense.shape[1]
    out = torch.empty((rows, width), dtype=values.dtype, device=values.device)
    block_n = min(triton.next_power_of_2(max(width, 1)), 128)
    grid = (rows, triton.cdiv(width, block_n))
    csr_matmul_kernel[grid](crow.contiguous(), col.contiguous(), values.contiguous(), dense, out, width,
                            *dense.stride(), BLOCK_E=16, BLOCK_N=block_n)
    return out
